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

const SAY = `about = "says something"
run = ["/usr/bin/printf", "%s\\\\n", "$HOME %i {not a hole}", "{word}"]
allow = ["alice"]
user = "nobody"
[arguments.word]
type = "regex"
pattern = "[^%]{1,100}"
`;
const FAIL = `run = ["/usr/bin/ls", "--", "{path}"]
allow = ["alice"]
user = "root"
[arguments.path]
type = "path"
under = "/srv"
`;
const SLEEP = `run = ["/usr/bin/sleep", "{for}"]
allow = ["alice"]
user = "nobody"
timeout = "3s"
[arguments.for]
type = "int"
least = 0
most = 100
`;
const HOLD = `run = ["/usr/bin/mkdir", "/run/held/{}"]
undo = ["/usr/bin/rmdir", "/run/held/{}"]
lease = "3s"
allow = ["alice"]
user = "root"
`.replaceAll("{}", "x");

const COUNT = `run = ["/bin/sh", "/run/counting"]
allow = ["alice"]
user = "root"
`;
const LONG = `run = ["/bin/sh", "/root/long"]
undo = ["/usr/bin/rm", "/var/tmp/begun"]
lease = "1h"
allow = ["alice"]
user = "root"
[unit]
PrivateTmp = false
ProtectHome = false
`;

const LOOK = `id -un
echo "$(ls /sys/class/net | wc -l) interface"
touch /etc/x 2>/dev/null || echo read-only
systemctl show -P MemoryMax "$(sed -n 's|.*/||p' /proc/self/cgroup | tail -n 1)"
`;
const BOXED = `run = ["/bin/sh", "/root/look"]
allow = ["alice"]
user = "root"
[unit]
PrivateNetwork = true
ProtectSystem = "strict"
ProtectHome = "read-only"
MemoryMax = "64M"
`;

interface Told {
  readonly host: string;
  readonly well: boolean;
  readonly phase: string;
  readonly summary: string;
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

test("on a booted host", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  for (const [name, text] of Object.entries({ say: SAY, fail: FAIL, sleep: SLEEP, hold: HOLD }))
    await host.write(`/etc/sheepdog/jobs.d/${name}.toml`, text);
  await host.write("/root/long", "touch /var/tmp/begun; sync; sleep 60\n");
  await host.sh(`mkdir -p /run/held /root/keys && ssh-keygen -q -t ed25519 -N '' -C alice -f /root/keys/alice &&
    echo "alice namespaces=\\"sheepdog-job\\" $(cat /root/keys/alice.pub)" >/etc/sheepdog/allowed_signers`);
  await host.sh("systemctl start sheepdog-handler sheepdog-mailer sheepdog-agent");
  const ask = async (...words: readonly string[]): Promise<{ status: number | null; told: Told }> => {
    const ran = await host.ran(
      "sheepdog",
      "job",
      ...words,
      "--key",
      "/root/keys/alice",
      "--wait",
      "--json",
      "--timeout",
      "60s",
    );
    try {
      return { status: ran.status, told: (JSON.parse(ran.stdout) as readonly [Told])[0] };
    } catch {
      throw new Error(
        `${ran.stdout}${ran.stderr}\n${await host.report()}\n${await host.log("sheepdog-agent")}${await host.log("sheepdog-job@*")}`,
      );
    }
  };

  await t.test("a job is run as its file says, and both streams come back", async () => {
    const { status, told } = await ask("run", "nas", "say", "word=a b'c\"$(d)\\");
    assert.equal(told.summary.replace(/ in \d+ms/, ""), "done, as alice asked");
    assert.deepEqual([status, told.well, told.status], [0, true, 0]);
    assert.equal(told.stdout, "$HOME %i {not a hole}\na b'c\"$(d)\\\n");
  });

  await t.test("one that fails says so, and so does its exit code", async () => {
    const { status, told } = await ask("run", "nas", "fail", "path=/srv/none");
    assert.deepEqual([status, told.well, told.status, told.phase], [1, false, 2, "run"]);
    assert.match(told.stderr, /No such file or directory/);
    await until("it is mailed", async () => /^Subject:.*job fail/m.test(await host.mails()));
  });

  await t.test("one that takes too long is stopped", async () => {
    const { told } = await ask("run", "nas", "sleep", "for=60");
    assert.deepEqual([told.well, told.signal], [false, "SIGTERM"]);
    assert.match(told.summary, /it took too long/);
  });

  await t.test("what holds for a while is undone in time, and not done twice", async () => {
    const { told } = await ask("run", "nas", "hold");
    assert.match(told.summary, /^done in \w+, until .*, as alice asked$/);
    await host.run("test", "-d", "/run/held/x");
    const again = await ask("run", "nas", "hold");
    assert.match(again.told.summary, /^holds already, now until/);
    await until(
      "it is undone",
      async () => (await host.ran("test", "-e", "/run/held/x")).status === 1,
      15_000,
    );
    await host.barked("job hold", 3);
    assert.deepEqual(
      (await host.barks("job hold")).map(({ content }) => content?.["phase"]),
      ["run", "renewed", "undo"],
    );
  });

  await t.test("the sandbox and the limits are those of its file, and the user", async () => {
    await host.write("/root/look", LOOK);
    await host.write("/etc/sheepdog/jobs.d/look.toml", BOXED);
    const { told } = await ask("run", "nas", "look");
    assert.equal(told.stdout, "root\n1 interface\nread-only\n67108864\n");
  });

  await t.test("what is planned for one moment is run then, once", async () => {
    const planned = await ask("schedule", "nas", "say", "word=once", "--at", "3s");
    assert.match(planned.told.summary, /^planned for 20.*Z, as alice asked$/);
    const [, ran] = await host.barked("job say word=once", 2, 20_000);
    assert.match(ran?.summary ?? "", /^done in/);
    assert.equal(await host.sh("systemctl list-timers --all --no-legend 'sheepdog-job-*' | wc -l"), "0");
  });

  await t.test("what is planned is run by a timer, also after a boot, until it is cancelled", async () => {
    const planned = await ask("schedule", "nas", "say", "word=often", "--calendar", "*:*:0/2");
    assert.match(planned.told.summary, /^planned for \*:\*:0\/2, as alice asked$/);
    await host.barked("job say word=often", 3, 20_000);
    await host.reboot();
    await host.sh("systemctl start sheepdog-handler sheepdog-mailer sheepdog-agent");
    const before = (await host.barks("job say word=often")).length;
    await host.barked("job say word=often", before + 2, 30_000);
    const [{ id } = { id: "" }] = JSON.parse(await host.run("sheepdog", "job", "list", "--json"))
      .filter(
        ({ job, state }: { job: string; state: string }) => job === "say word=often" && state === "done",
      )
      .map(({ run }: { run: string }) => ({ id: run }));
    const cancelled = await ask("cancel", id);
    assert.match(cancelled.told.summary, /^taken off its timer, as alice asked$/);
    assert.equal(await host.sh("systemctl list-timers --all --no-legend 'sheepdog-job-*' | wc -l"), "0");
  });

  await t.test("a calendar that is none is told by systemd's word", async () => {
    const { status, told } = await ask("schedule", "nas", "say", "word=x", "--calendar", "someday");
    assert.equal(status, 1);
    assert.match(told.summary, /^not run: systemd does not take it: .*Failed to parse calendar/);
  });

  await t.test("what runs can be stopped, and what holds can be ended", async () => {
    const asked = await host.run(
      "sheepdog",
      "job",
      "run",
      "nas",
      "sleep",
      "for=2",
      "--key",
      "/root/keys/alice",
      "--json",
    );
    const [id = ""] = (JSON.parse(asked) as { ids: readonly string[] }).ids;
    await until(
      "it runs",
      async () => (await host.ran("systemctl", "is-active", `sheepdog-job-${id}`)).status === 0,
    );
    await host.sh(
      `echo a lie | runuser -u sheepdog-agent -- systemd-cat -t sheepdog-job-${id} 2>/dev/null || :`,
    );
    const { told } = await ask("cancel", id, "nas");
    assert.match(told.summary, /^stopped, as alice asked$/);
    const log = await host.run("sheepdog", "job", "log", id);
    assert.match(log, /stopped, as alice asked/);
    assert.doesNotMatch(log, /a lie/, "somebody else has put words in its mouth");
    await until("it can be asked", async () =>
      /^nas\t/m.test(await host.run("sheepdog", "ask", "job(H, sleep, failed, alice, Id)")),
    );
    await host.sh("mkdir -p /run/held");
    const held = await host.run(
      "sheepdog",
      "job",
      "run",
      "nas",
      "hold",
      "--key",
      "/root/keys/alice",
      "--json",
    );
    const [hold = ""] = (JSON.parse(held) as { ids: readonly string[] }).ids;
    await until("it holds", async () => (await host.ran("test", "-d", "/run/held/x")).status === 0);
    await until("it is known", async () => (await host.ran("sheepdog", "job", "log", hold)).status === 0);
    assert.match((await ask("cancel", hold)).told.summary, /^its lease ends now, as alice asked$/);
    await until("it is undone", async () => (await host.ran("test", "-e", "/run/held/x")).status === 1, 2500);
  });

  await t.test("an agent that is killed in between does not run it twice, and its end is told", async () => {
    await host.write("/etc/sheepdog/jobs.d/count.toml", COUNT);
    await host.write("/run/counting", "echo once >>/run/counted; sleep 2\n");
    const asked = await host.run(
      "sheepdog",
      "job",
      "run",
      "nas",
      "count",
      "--key",
      "/root/keys/alice",
      "--json",
    );
    const [id = ""] = (JSON.parse(asked) as { ids: readonly string[] }).ids;
    await until(
      "it runs",
      async () => (await host.ran("systemctl", "is-active", `sheepdog-job-${id}`)).status === 0,
    );
    await host.run("systemctl", "kill", "--signal=KILL", "sheepdog-agent");
    await host.barked("job count", 1, 30_000);
    await host.awaits("sheepdog-agent", "ActiveState", "active", 30_000);
    assert.equal(await host.run("cat", "/run/counted"), "once");
    assert.equal((await host.barks("job count")).length, 1);
  });

  await t.test("what runs while the power fails is told when the machine is back, and undone", async () => {
    await host.write("/etc/sheepdog/jobs.d/long.toml", LONG);
    await host.run("sheepdog", "job", "run", "nas", "long", "--key", "/root/keys/alice");
    await until("it runs", async () => (await host.ran("test", "-e", "/var/tmp/begun")).status === 0);
    await host.reboot("hard");
    await host.sh("systemctl start sheepdog-handler sheepdog-mailer sheepdog-agent");
    const [lost] = await host.barked("job long", 1, 30_000);
    assert.match(lost?.summary ?? "", /whether it was run is not known: this machine went down/);
    await until(
      "it is undone",
      async () => (await host.ran("test", "-e", "/var/tmp/begun")).status === 1,
      15_000,
    );
  });

  await t.test(
    "a user of this machine cannot hand in anything, nor can the agent's start a unit",
    async () => {
      const tried = await host.ran(
        "runuser",
        "-u",
        "nobody",
        "--",
        "python3",
        "-c",
        "import socket; socket.socket(socket.AF_UNIX).connect('/run/sheepdog-job/socket')",
      );
      assert.match(tried.stderr, /Permission denied/);
      const started = await host.ran(
        "runuser",
        "-u",
        "sheepdog-agent",
        "--",
        "systemd-run",
        "--no-ask-password",
        "true",
      );
      assert.notEqual(started.status, 0);
      const read = await host.ran(
        "runuser",
        "-u",
        "sheepdog-agent",
        "--",
        "ls",
        "/var/lib/sheepdog-job/ledger",
      );
      assert.match(read.stderr, /Permission denied/);
    },
  );
});
