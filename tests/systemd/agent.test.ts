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
});
