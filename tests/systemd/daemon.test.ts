import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const CONFIG = `name = "barn"
[mail]
uri = "file:/var/lib/sheepdog-mailer/mail"
to = "ops@example.org"
[indicators.uptime]
every = "2s"
[indicators.since]
use = "uptime"
calendar = "daily"
`;

describe("on a booted host", { skip: hostless }, () => {
  test("the daemon arms what is configured, follows an edit, and disarms all", async (t) => {
    const host = await Host.boot(t, { config: CONFIG });
    const timers = async (): Promise<string> =>
      host.run("systemctl", "list-units", "--plain", "--no-legend", "--type=timer", "sheepdog-indicator@*");
    await host.run("systemctl", "start", "sheepdog-handler", "sheepdog-daemon");
    assert.match(await timers(), /sheepdog-indicator@since\.timer[^]*sheepdog-indicator@uptime\.timer/);
    await until("it is read and read again", async () => {
      const list = JSON.parse(await host.run("sheepdog", "list", "--json")) as {
        tag: string;
        expect?: string;
      }[];
      return list.filter(({ tag, expect }) => tag === "uptime" && expect !== undefined).length > 1;
    });
    const show = await host.run(
      "systemctl",
      "show",
      "sheepdog-indicator@since.timer",
      "-p",
      "TimersCalendar",
    );
    assert.match(show, /OnCalendar=\*-\*-\* 00:00:00/);
    await host.write(
      "/etc/systemd/system/sheepdog-indicator@uptime.service.d/slow.conf",
      "[Service]\nExecStartPre=/bin/sleep 50\n",
    );
    await host.run("systemctl", "daemon-reload");
    await host.awaits("sheepdog-indicator@uptime.service", "ActiveState", "activating");
    assert.match(
      await host.run("sheepdog", "indicators"),
      /^uptime\t.*\tevery 2s\t/m,
      "armed while it is read",
    );
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG.replace(/\[indicators.uptime\][^]*?\[/, "["));
    await host.run("systemctl", "reload", "sheepdog-daemon");
    assert.doesNotMatch(await timers(), /uptime/);
    // As systemd does that has many units to read.
    await host.write("/etc/systemd/system-generators/slow", "#!/bin/sh\nsleep 7\n", "755");
    await host.write("/etc/sheepdog/sheepdog.toml", CONFIG.replace("2s", "3s"));
    await host.run("systemctl", "reload", "sheepdog-daemon");
    assert.match(await timers(), /uptime/);
    await host.run("rm", "/etc/systemd/system-generators/slow");
    await host.write("/etc/sheepdog/sheepdog.toml", `${CONFIG}wran = 1\n`);
    assert.notEqual((await host.ran("systemctl", "reload", "sheepdog-daemon")).status, 0);
    assert.match(
      await host.run("journalctl", "-u", "sheepdog-daemon", "-o", "cat"),
      /indicators\.since\.wran: is no setting/,
    );
    assert.match(await timers(), /since/);
    await host.run("systemctl", "stop", "sheepdog-daemon");
    assert.equal(await timers(), "");
    assert.equal(await host.sh("ls -d /run/systemd/system/sheepdog-indicator@* 2>/dev/null || true"), "");
  });

  test("an indicator of a calendar is read soon after it is armed, at each boot, and due when its calendar says", async (t) => {
    const host = await Host.boot(t, { config: CONFIG });
    await host.sh("ln -sf /usr/share/zoneinfo/UTC /etc/localtime");
    // As an operator would who cannot wait.
    await host.write(
      "/etc/systemd/system/sheepdog-indicator@since.timer.d/90-soon.conf",
      "[Timer]\nRandomizedDelaySec=1s\nAccuracySec=1s\n",
    );
    await host.run("systemctl", "enable", "sheepdog.target", "sheepdog-handler", "sheepdog-daemon");
    for (const boot of [1, 2]) {
      await host.reboot();
      await host.run("systemctl", "start", "sheepdog.target");
      const barks = await host.barked("since", boot);
      assert.equal(barks.length, boot);
      const due = Date.parse(barks.at(-1)?.due ?? "");
      assert.ok(due > Date.now() && due % 86_400_000 <= 2000, barks.at(-1)?.due);
    }
  });

  test("without any configuration the standard set is read, and its facts are in the history", async (t) => {
    const host = await Host.boot(t);
    await host.run("systemctl", "start", "sheepdog-handler", "sheepdog-daemon");
    const armed = (await host.run("journalctl", "-u", "sheepdog-daemon", "-o", "cat")).match(
      /^sheepdog-daemon: [\w-]+: (every|daily|\*)/gm,
    );
    assert.ok((armed?.length ?? 0) > 0);
    // Not waited for: each reads at a moment of its own, some once a day.
    const names = (armed ?? []).map((line) => line.split(" ")[1]?.replace(":", "") ?? "");
    for (const name of names) await host.run("systemctl", "start", `sheepdog-indicator@${name}.service`);
    await until("each has barked", async () => {
      const list = JSON.parse(await host.run("sheepdog", "list", "--json")) as { tag: string }[];
      return names.every((name) => list.some(({ tag }) => tag === name));
    });
    assert.equal(
      await host.run("systemctl", "--failed", "--plain", "--no-legend", "list-units", "sheepdog*"),
      "",
    );
  });
});
