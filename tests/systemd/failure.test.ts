import assert from "node:assert/strict";
import { test } from "node:test";
import { MESSAGE } from "../../src/systemd/message.ts";
import { hostless } from "../support/host.ts";
import { until } from "../support/until.ts";
import { swept, unit, watched } from "../support/watched.ts";

const times = (text: string, what: RegExp): number => [...text.matchAll(new RegExp(what, "gm"))].length;

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await watched(t);

  await t.test(
    "a unit with OnFailure= becomes one mail with its own lines, not its neighbour's",
    async () => {
      await unit(
        host,
        "neighbour.service",
        "ExecStart=/bin/sh -c 'while :; do echo neighbour; sleep 0.05; done'",
      );
      await unit(
        host,
        "backup.service",
        "Type=oneshot\nExecStart=/bin/sh -c 'echo reading; echo no room left >&2; echo password=hunter22; exit 3'",
        "OnFailure=sheepdog-bark@%n.service",
      );
      await host.sh(
        "systemctl daemon-reload; systemctl start neighbour; sleep 0.3; systemctl start backup; :",
      );
      const [bark] = await host.barked("backup.service", 1);
      await host.run("systemctl", "stop", "neighbour");
      assert.equal(bark?.level, "fail");
      assert.match(bark.summary, /^exit 3 after /);
      assert.equal(bark.content?.["journal"], "reading\nno room left\npassword=***\n");
      await until("the mail is there", async () => /no room left/.test(await host.mails()));
      await swept(host); // which sees the same failure
      assert.equal((await host.barks("backup.service")).length, 1);
      const mail = await host.mails();
      assert.equal(times(mail, /^Subject:/), 1);
      assert.doesNotMatch(mail, /neighbour|hunter22/);
      assert.equal(await host.run("sheepdog", "dead", "list"), "");
    },
  );

  await t.test("a unit that runs again is told to be well, once", async () => {
    await unit(
      host,
      "backup.service",
      "Type=oneshot\nExecStart=/bin/true",
      "OnFailure=sheepdog-bark@%n.service",
    );
    await host.sh("systemctl daemon-reload; systemctl start backup");
    await until(
      "it counts as lasting",
      async () => {
        await swept(host);
        return (await host.barks("backup.service")).length > 1;
      },
      60_000,
    );
    await swept(host);
    assert.deepEqual(
      (await host.barks("backup.service")).map(({ level }) => level),
      ["fail", "ok"],
    );
    await until("the mail is there", async () => times(await host.mails(), /^Subject:/) === 2);
  });

  await t.test("twenty units that fail at once are twenty barks", async () => {
    await unit(
      host,
      "storm@.service",
      "Type=oneshot\nExecStart=/bin/sh -c 'echo I am %i; exit 1'",
      "OnFailure=sheepdog-bark@%n.service",
    );
    await host.sh("systemctl daemon-reload; systemctl start --no-block $(seq -f 'storm@%g.service' 1 20)");
    await host.barked("storm@*", 20);
    await swept(host);
    const told = await host.barks("storm@*");
    assert.equal(told.length, 20);
    for (const { tag, content } of told)
      assert.equal(content?.["journal"], `I am ${/@(\d+)\./.exec(tag)?.[1]}\n`);
  });

  await t.test(
    "one handler for all units, which systemd tells nothing about them, says the same",
    async () => {
      await unit(
        host,
        "plain@.service",
        "Type=oneshot\nExecStart=/bin/sh -c 'echo plain %i; kill -SEGV $$$$'",
      );
      await host.sh("systemctl daemon-reload; systemctl start plain@1; env -i sheepdog-bark plain@1.service");
      const [bark] = await host.barked("plain@1.service", 1);
      assert.match(bark?.summary ?? "", /by SIGSEGV/);
      assert.equal(bark?.content?.["journal"], "plain 1\n");
    },
  );

  await t.test("what nobody barked is swept: failures, and kills by a watchdog", async () => {
    await unit(host, "silent.service", "Type=oneshot\nExecStart=/bin/sh -c 'echo unseen; exit 9'");
    await unit(
      host,
      "wedged.service",
      "Type=notify\nNotifyAccess=all\nWatchdogSec=500ms\nExecStart=/bin/sh -c 'systemd-notify --ready; sleep 60'",
    );
    await host.sh("systemctl daemon-reload; systemctl start silent; systemctl start wedged; :");
    await host.awaits("wedged", "Result", "watchdog");
    await swept(host);
    const [silent] = await host.barked("silent.service", 1);
    assert.equal(silent?.content?.["journal"], "unseen\n");
    const [wedged] = await host.barked("wedged.service", 1);
    assert.match(wedged?.summary ?? "", /watchdog/);
    await swept(host);
    for (const tag of ["silent.service", "wedged.service"]) assert.equal((await host.barks(tag)).length, 1);
  });

  // Real: systemd, its messages and its verdict. Not real: systemd-oomd, which tells systemd of a kill by these
  // attributes of the cgroup; here the test sets them, and kills.
  const outOfMemory = async (name: string, process: string): Promise<void> => {
    const group = `/sys/fs/cgroup/system.slice/${name}`;
    await host.sh(
      `setfattr -n user.oomd_ooms -v 1 ${group}; setfattr -n user.oomd_kill -v 1 ${group}; kill -KILL ${process}`,
    );
  };

  await t.test("a unit that systemd-oomd kills is told to have been out of memory", async () => {
    await unit(host, "hungry.service", "ExecStart=/bin/sh -c 'echo eating; exec sleep 60'");
    await host.sh("systemctl daemon-reload; systemctl start hungry");
    await outOfMemory("hungry.service", await host.show("hungry", "MainPID"));
    await host.awaits("hungry", "Result", "oom-kill");
    await swept(host);
    const [hungry] = await host.barked("hungry.service", 1);
    assert.match(hungry?.summary ?? "", /^killed, out of memory after /);
    assert.equal(hungry?.content?.["journal"], "eating\n");
    await swept(host);
    assert.equal((await host.barks("hungry.service")).length, 1);
  });

  await t.test("a unit that loses a process for want of memory, and goes on, is told so", async () => {
    // A process whose parent has left is systemd's child, so that systemd hears of its end.
    await unit(
      host,
      "herd.service",
      "OOMPolicy=continue\nExecStart=/bin/sh -c '(sleep 1000 &); exec sleep 2000'",
    );
    await host.sh("systemctl daemon-reload; systemctl start herd");
    await outOfMemory("herd.service", "$(pgrep -fx 'sleep 1000')");
    await until("systemd has said so", async () => /oomd killed/.test(await host.log("herd")));
    await swept(host);
    const [herd] = await host.barked("herd.service", 1);
    assert.equal(herd?.level, "warning");
    assert.match(herd.summary, /^lost a process, out of memory, and goes on/);
    assert.equal(await host.show("herd", "ActiveState"), "active");
    await host.run("systemctl", "stop", "herd");
  });

  await t.test("a wrapped job in a watched unit is one failure, not two", async () => {
    await unit(
      host,
      "wrapped.service",
      "Type=oneshot\nExecStart=/usr/bin/sheepdog -t WRAPPED -e 'exit 5'",
      "OnFailure=sheepdog-bark@%n.service",
    );
    await host.sh("systemctl daemon-reload; systemctl start wrapped; :");
    await host.barked("WRAPPED", 1);
    await host.awaits("sheepdog-bark@wrapped.service.service", "ActiveState", "inactive");
    await swept(host);
    assert.equal((await host.barks("WRAPPED")).length, 1);
    assert.equal((await host.barks("wrapped.service")).length, 0);
  });

  await t.test("of a unit that writes much the last lines are told", async () => {
    await unit(host, "wordy.service", "Type=oneshot\nExecStart=/bin/sh -c 'seq 3000; exit 3'");
    await host.sh("systemctl daemon-reload; systemctl start wordy; :");
    await swept(host);
    const [bark] = await host.barked("wordy.service", 1);
    assert.match(JSON.stringify(bark?.content?.["journal"]), /\\n2999\\n3000\\n"$/);
  });

  await t.test("what fails before a unit starts hides nothing that fails after it", async () => {
    await unit(
      host,
      "staged.service",
      "Type=oneshot\nExecStartPre=-sheepdog -t PREP -e 'exit 4'\nExecStart=/bin/sh -c 'echo later; exit 9'",
    );
    await host.sh("systemctl daemon-reload; systemctl start staged; :");
    await swept(host);
    await host.barked("PREP", 1);
    const [bark] = await host.barked("staged.service", 1);
    assert.match(bark?.summary ?? "", /^exit 9/);
  });

  await t.test("a damaged memory of the sweep, or one from the future, costs no failure", async () => {
    await unit(host, "unlucky@.service", "Type=oneshot\nExecStart=/bin/sh -c 'exit 5'");
    await host.sh("systemctl daemon-reload");
    const future = (Date.now() + 900 * 86_400_000) * 1000;
    const cursors = [
      "garbage",
      `s=${"1".repeat(32)};i=1;b=${"2".repeat(32)};m=1;t=${future.toString(16)};x=1`,
    ];
    for (const [at, cursor] of cursors.entries()) {
      await host.write("/var/lib/sheepdog/sweep.json", JSON.stringify({ cursor, failing: [7], begun: [] }));
      await host.sh(`systemctl start unlucky@${at}; :`);
      await swept(host);
      await host.barked(`unlucky@${at}.service`, 1);
    }
  });

  await t.test("a unit that is none is refused, and one with a name like an option is told", async () => {
    const { status, stderr } = await host.ran("sheepdog-bark", "nope.service");
    assert.notEqual(status, 0);
    assert.match(stderr, /there is no unit nope\.service/);
    assert.match(
      (await host.ran("sheepdog-bark", "--", "-c.service")).stderr,
      /there is no unit -c\.service/,
    );
  });

  await t.test("a drop-in for all services does not set off Sheepdog's own", async () => {
    await host.sh(
      "mkdir -p /etc/systemd/system/service.d && cp /opt/sheepdog/systemd/service.d/10-sheepdog.conf /etc/systemd/system/service.d/",
    );
    await unit(host, "any.service", "Type=oneshot\nExecStart=/bin/false");
    await host.sh("systemctl daemon-reload; systemctl start any; :");
    await host.barked("any.service", 1);
    for (const own of ["bark@x", "sweep", "flush"])
      assert.equal(await host.show(`sheepdog-${own}.service`, "OnFailure"), "", own);
    assert.notEqual(await host.show("sheepdog-handler.service", "OnFailure"), "");
    assert.equal((await host.barks("sheepdog-*")).length, 0);
  });

  await t.test("what failed just before a power cut is told after it", async () => {
    await unit(host, "late@.service", "Type=oneshot\nExecStart=/bin/sh -c 'echo late %i; exit 4'");
    await host.sh(
      "systemctl stop sheepdog-handler; systemctl daemon-reload; systemctl start $(seq -f 'late@%g.service' 1 5); journalctl --sync; journalctl --sync",
    );
    await host.reboot("hard");
    await host.run("systemctl", "start", "sheepdog.target");
    await swept(host);
    const told = await host.barked("late@*", 5);
    assert.deepEqual(
      told
        .map(({ content }) => content?.["journal"] as string)
        .sort((one, other) => one.localeCompare(other)),
      [1, 2, 3, 4, 5].map((n) => `late ${n}\n`),
    );
    assert.equal(await host.run("sheepdog", "dead", "list"), "");
  });
});

test("on a booted host with limits, a unit that the kernel kills at its MemoryMax= is told with its lines", {
  skip: hostless,
}, async (t) => {
  // Real: the limit, the kernel's kill. Where this machine has its memory controller on cgroup v1, the kernel does not
  // tell systemd why, so that the verdict is "signal"; on cgroup2 it is "oom-kill", and both must be told.
  const host = await watched(t, ["--limits"]);
  await unit(
    host,
    "glutton.service",
    "MemoryMax=20M\nMemorySwapMax=0\nExecStart=/bin/sh -c 'echo eating; exec tail /dev/zero'",
  );
  await host.sh("systemctl daemon-reload; systemctl start glutton");
  await host.awaits("glutton", "ActiveState", "failed");
  await swept(host);
  const [bark] = await host.barked("glutton.service", 1);
  const told = { signal: /^killed by SIGKILL after /, "oom-kill": /^killed, out of memory after / };
  const result = await host.show("glutton", "Result");
  assert.ok(result === "signal" || result === "oom-kill", result);
  assert.match(bark?.summary ?? "", told[result]);
  assert.equal(bark?.content?.["signal"], "SIGKILL");
  assert.equal(bark?.content?.["journal"], "eating\n");
  // The word that is not heard here is known to this systemd by the identifier that the sweep looks for.
  assert.match(await host.run("journalctl", "--dump-catalog", MESSAGE.memory), /killed by the OOM killer/);
});
