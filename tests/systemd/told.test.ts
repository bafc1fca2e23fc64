import assert from "node:assert/strict";
import { test } from "node:test";
import { hostless } from "../support/host.ts";
import { swept, unit, watched } from "../support/watched.ts";

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);
  const bark = (...words: readonly string[]) => host.ran("env", "-i", "/usr/bin/sheepdog-bark", ...words);

  await t.test("of a unit that is failed its last run is told, whatever the journal shows", async () => {
    await unit(
      host,
      "twice.service",
      "Type=oneshot\nExecStart=/bin/sh -c 'exit $CODE'\nEnvironmentFile=/etc/code",
    );
    await host.sh(
      "echo CODE=3 >/etc/code; systemctl daemon-reload; systemctl start twice; journalctl --sync; :",
    );
    const before = await host.show("twice", "InvocationID");
    // The journal is away when it fails again.
    await host.sh(
      "systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald; :",
    );
    await host.sh("echo CODE=4 >/etc/code; systemctl start twice; :");
    const last = await host.show("twice", "InvocationID");
    assert.notEqual(last, before);
    await bark("twice.service");
    await host.sh("systemctl start systemd-journald.socket systemd-journald-dev-log.socket systemd-journald");
    const [told] = await host.barked("twice.service", 1);
    assert.equal(told?.content?.["invocation"], last);
    assert.equal(told.content["result"], "exit-code");
  });

  await t.test("a failure is that of the user whose job it was, and so is its end", async () => {
    await host.sh("useradd -m ann");
    for (const [name, user] of [
      ["hers", "User=ann"],
      ["roots", ""],
    ]) {
      await unit(
        host,
        `${name}.service`,
        `Type=oneshot\nExecStart=/usr/bin/test -e /etc/mended\n${user}`,
        "OnFailure=sheepdog-bark@%n.service",
      );
      await host.sh(`systemctl daemon-reload; systemctl start ${name}; :`);
      await host.barked(`${name}.service`, 1);
    }
    await swept(host);
    await host.sh("touch /etc/mended; systemctl start hers roots; sleep 11");
    await swept(host);
    for (const [name, user] of [
      ["hers", "ann"],
      ["roots", "root"],
    ]) {
      const told = await host.barked(`${name}.service`, 2);
      assert.deepEqual(
        told.map((one) => [one.level, one.user]),
        [
          ["fail", user],
          ["ok", user],
        ],
      );
    }
  });

  await t.test("a unit whose name begins like an option is told, too", async () => {
    await host.sh("systemctl start sheepdog-bark@-.mount.service");
    const [told] = await host.barked("*.mount", 1);
    assert.equal(told?.tag, "-.mount");
  });

  await t.test("a unit that is not there is not told", async () => {
    const ran = await bark("nowhere.service");
    assert.equal(ran.status, 69);
    assert.match(ran.stderr, /there is no unit nowhere\.service/);
  });
});
