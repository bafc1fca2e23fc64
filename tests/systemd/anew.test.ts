import assert from "node:assert/strict";
import { test } from "node:test";
import { Host, hostless } from "../support/host.ts";
import { until } from "../support/until.ts";

const CONFIG = `name = "nas"
[mail]
to = ["ops@example.org"]
uri = "file:/var/lib/sheepdog-mailer/mail"
`;
const job = (words: readonly string[], more = ""): string =>
  `run = ${JSON.stringify(words)}\nallow = ["alice"]\nuser = "root"\n${more}`;
const JOBS: Readonly<Record<string, string>> = {
  count: job(["/bin/sh", "/srv/count"], "[unit]\nPrivateTmp = false\n"),
  hold: job(["/usr/bin/mkdir", "-p", "/srv/held"], 'undo = ["/usr/bin/rmdir", "/srv/held"]\nlease = "1h"\n'),
  flood: job(["/bin/sh", "/srv/flood"], 'timeout = "2min"\n'),
  fork: job(["/bin/sh", "/srv/fork"]),
  escape: job(["/usr/bin/printf", "\\033[2Jlast\\n"]),
  deaf: job(["/bin/sh", "/srv/deaf"], 'timeout = "1s"\n'),
};
const FILES: Readonly<Record<string, string>> = {
  count: "echo run >>/srv/runs\n",
  flood: "head -c 300000000 /dev/zero | tr '\\0' x | fold -w 1000; sleep 1\n",
  fork: "(trap '' HUP; sleep 300) & setsid sleep 301 & echo over\n",
  deaf: "trap '' TERM; sleep 300 & wait; sleep 300\n",
};

/** Stands before a program, and kills a unit of Sheepdog's jobs that calls it, before or after that, where a file says
 * so. (This test itself calls from outside, and has no id in there: 0 would be all of its group.) */
const trap = (program: string): string => `mv ${program} ${program}.real; cat >${program} <<'END'
#!/bin/sh
at() {
  [ "$(cat /var/lib/sheepdog-job/trap 2>/dev/null)" = "$1 \${0##*/}" ] && grep -q sheepdog-job "/proc/$PPID/cgroup" || return 0
  rm /var/lib/sheepdog-job/trap
  kill -KILL $PPID
  exit 1
}
at before
$0.real "$@"
status=$?
at after
exit $status
END
chmod 755 ${program}`;

test("whoever decides, or tells, is killed at any point", { skip: hostless }, async (t) => {
  const host = await Host.boot(t, { config: CONFIG });
  for (const [name, text] of Object.entries(JOBS))
    await host.write(`/etc/sheepdog/jobs.d/${name}.toml`, text);
  for (const [name, text] of Object.entries(FILES)) await host.write(`/srv/${name}`, text);
  await host.sh(`mkdir -p /root/keys && ssh-keygen -q -t ed25519 -N '' -f /root/keys/alice &&
    echo "alice namespaces=\\"sheepdog-job\\" $(cat /root/keys/alice.pub)" >/etc/sheepdog/allowed_signers`);
  for (const program of ["systemd-run", "systemctl", "journalctl"])
    await host.sh(trap(`/usr/bin/${program}`));
  await host.sh("systemctl start sheepdog-handler sheepdog-mailer sheepdog-agent");
  const ask = async (
    ...words: readonly string[]
  ): Promise<{ id: string; summary: string; status: number | null }> => {
    const more = ["--key", "/root/keys/alice", "--wait", "--json", "--timeout", "90s"];
    const { stdout, stderr, status } = await host.ran("sheepdog", "job", ...words, ...more);
    const [told] = JSON.parse(stdout || "[]") as { summary: string }[];
    if (told === undefined) throw new Error(stderr);
    const listed = await host.run("sheepdog", "job", "list", "--json");
    const { run = "" } = (JSON.parse(listed) as { run: string }[]).at(-1) ?? {};
    return { id: run, summary: told.summary, status };
  };
  const set = (when: string): Promise<string> => host.sh(`echo "${when}" >/var/lib/sheepdog-job/trap`);
  const sprung = async (): Promise<void> =>
    assert.equal((await host.ran("test", "-e", "/var/lib/sheepdog-job/trap")).status, 1, "nobody was killed");
  const timers = (): Promise<string> =>
    host.sh("systemctl list-timers --all --no-legend 'sheepdog-*-0*' | wc -l");
  const runs = (): Promise<string> => host.sh("cat /srv/runs 2>/dev/null | wc -l");

  await t.test("before it is started: that is told, and it is not run", async () => {
    await set("before systemd-run");
    assert.match((await ask("run", "nas", "count")).summary, /^whether it was run is not known/);
    await sprung();
    assert.equal(await runs(), "0");
  });

  await t.test("after it is started: it is run once, and told as it is", async () => {
    await set("after systemd-run");
    assert.match((await ask("run", "nas", "count")).summary, /^done in/);
    await sprung();
    assert.equal(await runs(), "1");
  });

  await t.test("while its end is told: that is told again", async () => {
    await set("before journalctl");
    const { summary } = await ask("run", "nas", "count");
    await sprung();
    assert.match(summary, /^done in (\d+ms|[12]\.\ds), as alice asked$/);
    assert.equal(await runs(), "2");
  });

  await t.test("after a timer is set, and while it is taken away", async () => {
    await set("after systemd-run");
    const { id, summary } = await ask("schedule", "nas", "count", "--calendar", "Sun 03:00");
    await sprung();
    assert.match(summary, /^planned for Sun 03:00/);
    assert.equal(await timers(), "1");
    await set("before systemctl");
    const ended = await ask("cancel", id, "nas");
    await sprung();
    assert.deepEqual([ended.status, await timers()], [0, "0"], ended.summary);
  });

  await t.test("while a lease is ended: it is ended", async () => {
    const { id } = await ask("run", "nas", "hold");
    assert.equal(await timers(), "1");
    await set("after systemctl");
    assert.equal((await ask("cancel", id, "nas")).summary, "its lease ends now, as alice asked");
    await sprung();
    await until("it is undone", async () => (await host.ran("test", "-e", "/srv/held")).status === 1, 10_000);
    assert.equal(await timers(), "0");
  });

  await t.test("what holds is done anew after a boot, and undone once", async () => {
    await ask("run", "nas", "hold");
    await host.reboot("hard");
    // A host of this test has the boot of the machine below it.
    await host.sh(`sed -i 's/"boot":"[^"]*"/"boot":"another"/' /var/lib/sheepdog-job/ledger/*`);
    await host.sh("rmdir /srv/held; systemctl start sheepdog-handler sheepdog-mailer sheepdog-agent");
    assert.match((await ask("run", "nas", "hold")).summary, /^done in/);
    await host.run("test", "-d", "/srv/held");
    assert.equal(await timers(), "1");
  });

  await t.test("what the owner allows no more is taken off its timer", async () => {
    await ask("schedule", "nas", "count", "--calendar", "Sun 03:00");
    assert.equal(await timers(), "2");
    await host.sh("mv /etc/sheepdog/jobs.d/count.toml /root && systemctl restart sheepdog-agent");
    await until("it is told", async () =>
      (await host.barks("job count")).some(({ summary }) =>
        summary.startsWith("taken off its timer: there is no job count here"),
      ),
    );
    assert.equal(await timers(), "1");
    await host.sh("mv /root/count.toml /etc/sheepdog/jobs.d");
  });

  await t.test("a moment within this second is not over yet", async () => {
    const before = Number(await runs());
    await ask("schedule", "nas", "count", "--at", "1s");
    await until("it is run", async () => Number(await runs()) === before + 1, 15_000);
  });

  await t.test("a disk that is full: nothing is lost", async () => {
    await host.sh(
      "mkdir /root/full && cp -a /var/lib/sheepdog-job/. /root/full && mount -t tmpfs -o size=1M tmpfs /var/lib/sheepdog-job && cp -a /root/full/. /var/lib/sheepdog-job && chown root:sheepdog-agent /var/lib/sheepdog-job && chmod 750 /var/lib/sheepdog-job && systemctl restart sheepdog-job.socket sheepdog-agent; head -c 2M /dev/zero >/var/lib/sheepdog-job/full || :",
    );
    const before = Number(await runs());
    await host.sh("sheepdog job run nas count --key /root/keys/alice");
    await until("that is said", async () => /ENOSPC/.test(await host.log("sheepdog-agent")), 20_000);
    await host.sh("rm /var/lib/sheepdog-job/full");
    await until("it is run", async () => Number(await runs()) === before + 1, 30_000);
  });

  await t.test("one that floods: its end comes back, and what a terminal would obey is shown", async () => {
    assert.match((await ask("run", "nas", "flood")).summary, /^done in [1-9]\d*(\.\d)?(s|min)/);
    const { id } = await ask("run", "nas", "escape");
    assert.match(await host.run("sheepdog", "job", "log", id), /\\e\[2Jlast/);
  });

  await t.test("one that leaves others behind, or obeys no signal, is ended whole", async () => {
    assert.match((await ask("run", "nas", "fork")).summary, /^done in/);
    assert.equal((await host.ran("pgrep", "-f", "sleep 30[01]")).status, 1);
    assert.match((await ask("run", "nas", "deaf")).summary, /it took too long/);
    assert.equal((await host.ran("pgrep", "-f", "sh /srv/dea[f]")).status, 1);
  });
});
