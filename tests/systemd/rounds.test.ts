import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const CONFIG = `name = "nas"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
[policy]
gather = "0s"
grace = "0s"
[diary]
files = ["/etc/sheepdog/diary"]
`;

/** A moment so many minutes from now, as iCalendar writes it. */
const stamp = (minutes: number): string =>
  new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, "");

const DIARY = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:contract
DTSTART:${stamp(60)}
SUMMARY:certificate contract ends
BEGIN:VALARM
TRIGGER:-PT61M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:move
DTSTART:${stamp(-60)}
DTEND:${stamp(60)}
SUMMARY:moving the web servers
CATEGORIES:SHEEPDOG-SILENCE
X-SHEEPDOG-HOST:web*
END:VEVENT
END:VCALENDAR
`;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  await host.write("/etc/sheepdog/diary/ops.ics", DIARY);
  await host.sh("systemctl start sheepdog-handler sheepdog-mailer");
  /** How many mails have such a subject. */
  const told = async (subject: RegExp): Promise<number> => (await host.mails()).match(subject)?.length ?? 0;

  await t.test("the handler brings the timer that calls for rounds, and it goes with it", async () => {
    await host.awaits("sheepdog-rounds.timer", "ActiveState", "active");
    await host.run("systemctl", "stop", "sheepdog-handler");
    await host.awaits("sheepdog-rounds.timer", "ActiveState", "inactive");
    await host.run("systemctl", "start", "sheepdog-handler");
    await host.awaits("sheepdog-rounds.timer", "ActiveState", "active");
  });

  await t.test("an alarm of the diary is mailed once, and a maintenance silences", async () => {
    await until("the alarm is mailed", async () => (await told(/^Subject:.*contract ends/gm)) > 0);
    await until("it is silent", async () =>
      (await host.run("sheepdog", "silence", "list", "--json")).includes("moving the web servers"),
    );
    for (let time = 0; time < 3; time++) await host.run("systemctl", "start", "sheepdog-rounds");
    assert.equal(await host.show("sheepdog-rounds", "Result"), "success");
    assert.equal(await told(/^Subject:.*contract ends/gm), 1);
    const silences = JSON.parse(
      await host.run("sheepdog", "silence", "list", "--json"),
    ) as readonly unknown[];
    assert.equal(silences.length, 1);
  });

  await t.test(
    "what does not come is mailed as missing, and that it is well again when it comes",
    async () => {
      const backUp = () => host.ran("sheepdog", "-t", "BACKUP", "--always", "--expect", "1s", "-e", "true");
      await backUp();
      await until("it is expected", async () =>
        (await host.ran("sheepdog", "expect", "--json")).stdout.includes("BACKUP"),
      );
      await host.run("sleep", "1.2");
      await host.run("systemctl", "start", "sheepdog-rounds");
      await until(
        "it is missing",
        async () => (await told(/^Subject:.*missing.*BACKUP|^Subject:.*BACKUP.*missing/gim)) === 1,
      );
      await backUp();
      await until("it is well", async () => (await told(/^Subject:.*BACKUP/gm)) === 2);
    },
  );

  await t.test("while its Redis is away the rounds say so, and fail nothing", async () => {
    await host.write("/etc/sheepdog/sheepdog.toml", `${CONFIG}[redis]\nport = 6399\n`);
    await host.ran("systemctl", "start", "sheepdog-rounds");
    assert.equal(await host.show("sheepdog-rounds", "Result"), "success");
    assert.equal(await host.show("sheepdog-rounds", "ExecMainStatus"), "75");
  });
});
