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
`;
const ROUTER = `depends(web1, router).
mute(H, _) :- depends(H, R), state(R, 'PING', fail).
mailto(router, _, 'net@example.org').
`;
const UNSAVED = `alert(H, 'UNSAVED', 'a backup failed') :- state(H, Tag, fail), prefix(Tag, 'BORG').
`;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  await host.write("/etc/sheepdog/rules/router.pl", ROUTER);
  await host.write("/etc/sheepdog/rules/unsaved.pl", UNSAVED);
  await host.sh("systemctl start sheepdog-handler sheepdog-mailer");
  const told = async (subject: RegExp): Promise<number> => (await host.mails()).match(subject)?.length ?? 0;
  const bark = (name: string, tag: string, what: string) =>
    host.sh(
      `printf '[mail]\\nto = "x@example.org"\\n' >/tmp/${name}.toml; sed -i '1i name = "${name}"' /tmp/${name}.toml; sheepdog -c /tmp/${name}.toml -t ${tag} --always -e '${what}' || :`,
    );

  await t.test("sheepdog-rounds asks what rules alert in its sandbox, and it is mailed once", async () => {
    await bark("nas", "BORG-ETC", "exit 3");
    await until("it is known", async () => (await told(/^Subject:.*BORG-ETC/gm)) === 1);
    for (let time = 0; time < 2; time++) await host.run("systemctl", "start", "sheepdog-rounds");
    assert.equal(await host.show("sheepdog-rounds", "Result"), "success");
    assert.equal(await host.show("sheepdog-rounds", "ExecMainStatus"), "0");
    await until("it is mailed", async () => (await told(/^Subject:.*UNSAVED/gm)) === 1);
    await bark("nas", "BORG-ETC", "exit 0");
    await until("it is known", async () => (await told(/^Subject:.*BORG-ETC/gm)) === 2);
    for (let time = 0; time < 2; time++) await host.run("systemctl", "start", "sheepdog-rounds");
    await until("its end is mailed", async () => (await told(/^Subject:.*UNSAVED/gm)) === 2);
  });

  await t.test("mail goes where a rule says, and what depends on what is down is not told", async () => {
    await bark("router", "PING", "exit 3");
    await until("it is mailed", async () => (await told(/^To:.*net@example.org/gm)) === 1);
    await bark("web1", "HTTP", "exit 3");
    await bark("web2", "HTTP", "exit 3");
    await until("web2 is mailed", async () => (await told(/^Subject:.*web2/gm)) === 1);
    assert.equal(await told(/^Subject:.*web1/gm), 0);
  });

  await t.test(
    "rounds are made at once where rules of react may have something done, and once, whatever comes of them",
    async () => {
      await host.write(
        "/etc/sheepdog/rules/react.pl",
        "react(nas, mend, none) :- state(H, 'BROKEN', fail).\n",
      );
      await host.sh("systemctl reload sheepdog-handler && systemctl stop sheepdog-rounds.timer");
      const starts = async (): Promise<number> =>
        Number(
          await host.sh(
            "journalctl --sync; journalctl -q -o cat -u sheepdog-rounds | grep -c ^Starting || :",
          ),
        );
      const still = async (): Promise<number> => {
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return await starts();
      };
      await host.awaits("sheepdog-rounds.path", "SubState", "waiting");
      await host.awaits("sheepdog-rounds.service", "ActiveState", "inactive");
      const before = await starts();
      await bark("nas", "BROKEN", "exit 3");
      await until("it is said", async () => (await host.barks("react mend")).length === 1);
      // The bark of the reaction changes a state, too: once more, and nothing new comes of it.
      const after = await still();
      assert.ok(after - before >= 1 && after - before <= 3, `${after - before}`);
      await bark("nas", "BROKEN", "exit 3");
      assert.equal(await still(), after);
      await host.sh("cp /etc/sheepdog/sheepdog.toml /tmp/whole.toml; echo '[' >>/etc/sheepdog/sheepdog.toml");
      await host.sh("touch /var/lib/sheepdog/stirred");
      assert.equal(await still(), after + 1);
      await host.sh("cp /tmp/whole.toml /etc/sheepdog/sheepdog.toml; rm /etc/sheepdog/rules/react.pl");
      await host.sh(
        "systemctl reset-failed; systemctl reload sheepdog-handler; systemctl start sheepdog-rounds.timer",
      );
    },
  );

  await t.test(
    "a reload with a wrong rule is refused, the old rules stay, and members of the group may list them",
    async () => {
      await host.write("/etc/sheepdog/rules/wrong.pl", "alert(H, 'X', V) :- pakage(H, nginx, V).\n");
      const reload = await host.ran("systemctl", "reload", "sheepdog-handler");
      assert.notEqual(reload.status, 0);
      assert.match(
        await host.run("journalctl", "-u", "sheepdog-handler"),
        /wrong\.pl:1:21: unknown relation "pakage"/,
      );
      await host.run("systemctl", "start", "sheepdog-rounds");
      assert.equal(await host.show("sheepdog-handler", "ActiveState"), "active");
      const listed = await host.run(
        "runuser",
        "-u",
        "nobody",
        "-g",
        "sheepdog",
        "--",
        "sheepdog",
        "rules",
        "list",
      );
      assert.match(listed, /^mailto\/3\t1\t\/etc\/sheepdog\/rules\/router\.pl$/m);
      await host.run("rm", "/etc/sheepdog/rules/wrong.pl");
      await host.run("systemctl", "reload", "sheepdog-handler");
    },
  );
});
