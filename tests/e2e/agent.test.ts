import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import type { Server } from "../support/redis.ts";
import { password, type Role, shipped } from "../support/roles.ts";
import { DIST, Machine, type Ran } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { user } from "../../src/user.ts";

/** Machines with agents, and somebody who asks, each as the role that etc/users.acl has for it. */
class Herd {
  readonly server: Server;
  readonly #t: TestContext;
  readonly operator: Machine;

  private constructor(t: TestContext, server: Server) {
    this.#t = t;
    this.server = server;
    this.operator = new Machine(t);
    this.#configure(this.operator, "laptop", "operator");
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-C",
      "alice",
      "-f",
      join(this.operator.home, "alice"),
    ]);
  }

  static async begin(t: TestContext): Promise<Herd> {
    return new Herd(t, await shipped(t));
  }

  #configure({ home }: Machine, name: string, role: Role): void {
    mkdirSync(join(home, "jobs.d"), { recursive: true });
    writeFileSync(join(home, "secret"), password(role), { mode: 0o600 });
    writeFileSync(
      join(home, "sheepdog.toml"),
      `name = "${name}"
[redis]
port = ${this.server.port}
user = "${role}"
secret = "${home}/secret"
[jobs]
folder = "${home}/jobs.d"
signers = "${home}/signers"
[groups.web]
hosts = ["web1", "web2"]
`,
    );
  }

  /** A machine with an agent that takes jobs. */
  async agent(
    name: string,
    jobs: Readonly<Record<string, string>>,
  ): Promise<{ readonly machine: Machine; readonly end: (signal: NodeJS.Signals) => Promise<void> }> {
    const machine = new Machine(this.#t);
    this.#configure(machine, name, "agent");
    writeFileSync(
      join(machine.home, "signers"),
      `alice ${readFileSync(join(this.operator.home, "alice.pub"), "utf8")}`,
    );
    for (const [job, toml] of Object.entries(jobs))
      writeFileSync(
        join(machine.home, "jobs.d", `${job}.toml`),
        `user = "${user()}"\nallow = ["alice"]\n${toml}`,
      );
    const child = machine.start(["-c", join(machine.home, "sheepdog.toml")], "sheepdog-agent");
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await until("it takes jobs", () => {
      assert.equal(child.exitCode, null, said);
      return said.includes("takes jobs");
    });
    return {
      machine,
      async end(signal) {
        child.kill(signal);
        await once(child, "exit");
      },
    };
  }

  ask = (...words: readonly string[]): Promise<Ran> =>
    this.operator.run([
      "job",
      ...words,
      "-c",
      join(this.operator.home, "sheepdog.toml"),
      "--key",
      join(this.operator.home, "alice"),
    ]);

  /** What was barked, as it waits for a handler. */
  async barks(): Promise<readonly Bark[]> {
    const shown = await this.server.cli(
      "--no-auth-warning",
      "--user",
      "admin",
      "--pass",
      password("admin"),
      "--json",
      "XRANGE",
      "sheepdog:barks",
      "-",
      "+",
    );
    return (JSON.parse(shown) as readonly (readonly [string, readonly string[]])[]).map(
      ([, fields]) => JSON.parse(fields[1] ?? "") as Bark,
    );
  }
}

const ECHO = 'run = ["/bin/echo", "hello"]\n';

test("a group is asked at once, and the table says what came of it on each machine", async (t) => {
  const herd = await Herd.begin(t);
  await herd.agent("web1", { it: ECHO });
  await herd.agent("web2", { it: 'run = ["/bin/ls", "/nowhere"]\n' });
  const { status, stdout } = await herd.ask("run", "web", "it", "--wait", "--timeout", "20s");
  const [one = "", two = ""] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\t\d+m?s\t/, "\tTIME\t"));
  assert.equal(one, "web1\tdone\t0\tTIME\thello");
  assert.match(two, /^web2\tfailed\t2\tTIME\t.*No such file or directory$/);
  assert.equal(status, 1);
  const barks = await herd.barks();
  assert.deepEqual(barks.map(({ host, level, monitor }) => `${host} ${level} ${monitor}`).sort(), [
    "web1 ok job",
    "web2 fail job",
  ]);
});

test("a machine that is off does it when it is back, unless the request has expired", async (t) => {
  const herd = await Herd.begin(t);
  assert.equal((await herd.ask("run", "web1", "it", "--expires", "10s")).status, 0);
  await new Promise((resolve) => setTimeout(resolve, 10_500));
  assert.equal((await herd.ask("run", "web1", "it")).status, 0);
  await herd.agent("web1", { it: ECHO });
  await until("both are answered", async () => (await herd.barks()).length === 2);
  const [late, fresh] = await herd.barks();
  assert.match(late?.summary ?? "", /^refused: it .* it was good until/);
  assert.match(fresh?.summary ?? "", /^done in/);
});

test("in batches no more are asked after so many that went wrong", async (t) => {
  const herd = await Herd.begin(t);
  await herd.agent("web1", { it: 'run = ["/bin/false"]\n' });
  await herd.agent("web2", { it: ECHO });
  const { status, stdout } = await herd.ask(
    "run",
    "web",
    "it",
    "--batch",
    "50%",
    "--stop-after",
    "1",
    "--timeout",
    "20s",
    "--json",
  );
  assert.equal(status, 1);
  assert.deepEqual(
    (JSON.parse(stdout) as readonly { phase: string }[]).map(({ phase }) => phase),
    ["run", "none"],
  );
  assert.equal((await herd.barks()).length, 1);
});

test("while Redis is away a job goes on, and what came of it is told when it is back", async (t) => {
  const herd = await Herd.begin(t);
  const { machine } = await herd.agent("web1", { it: `run = ["/bin/sh", "${herd.operator.home}/slow"]\n` });
  writeFileSync(
    join(herd.operator.home, "slow"),
    `touch ${herd.operator.home}/begun; sleep 2; echo over >>${machine.home}/over`,
  );
  await herd.ask("run", "web1", "it");
  await until("it runs", () =>
    execFileSync("ls", [herd.operator.home], { encoding: "utf8" }).includes("begun"),
  );
  await herd.server.stop();
  await until("it is over", () => execFileSync("ls", [machine.home], { encoding: "utf8" }).includes("over"));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await herd.server.start();
  await until("it is told", async () => (await herd.barks()).length === 1, 30_000);
  assert.match((await herd.barks())[0]?.summary ?? "", /^done in/);
  assert.equal(readFileSync(join(machine.home, "over"), "utf8"), "over\n");
});

test("an agent that is killed while a job runs does not run it twice, and says that its end is not known", async (t) => {
  const herd = await Herd.begin(t);
  const slow = join(herd.operator.home, "slow");
  writeFileSync(slow, `echo run >>${herd.operator.home}/runs; sleep 30`);
  const job = { it: `run = ["/bin/sh", "${slow}"]\n` };
  const { machine, end } = await herd.agent("web1", job);
  await herd.ask("run", "web1", "it");
  await until("it runs", () =>
    execFileSync("ls", [herd.operator.home], { encoding: "utf8" }).includes("runs"),
  );
  await end("SIGKILL");
  const again = machine.start(["-c", join(machine.home, "sheepdog.toml")], "sheepdog-agent");
  t.after(() => again.kill("SIGKILL"));
  await until("it is told", async () => (await herd.barks()).length >= 1, 40_000);
  assert.match((await herd.barks())[0]?.summary ?? "", /whether it was run is not known/);
  assert.equal(readFileSync(join(herd.operator.home, "runs"), "utf8"), "run\n");
});

test("whoever may not hear the answers is told so before anything is asked", async (t) => {
  const herd = await Herd.begin(t);
  const file = join(herd.operator.home, "sheepdog.toml");
  writeFileSync(file, readFileSync(file, "utf8").replace('user = "operator"', 'user = "client"'));
  writeFileSync(join(herd.operator.home, "secret"), password("client"));
  const { status, stderr } = await herd.ask("run", "web1", "it", "--wait");
  assert.match(stderr, /does not permit that to this user: check `user`, and its line in users\.acl/);
  assert.equal(status, 78);
});

test("a bark that says it is of a job, and is not as those are, hurts no list of jobs", async (t) => {
  const machine = new Machine(t);
  const config = join(machine.home, "sheepdog.toml");
  writeFileSync(config, 'name = "shepherd"\n');
  const inbox = join(machine.spool, "barks", "new");
  mkdirSync(inbox, { recursive: true });
  for (const [at, args] of [null, 5, { a: { toString: 1 } }, undefined].entries()) {
    const content = { run: `run-${at}`, phase: "run", job: "x", args };
    const bark = { host: "liar", tag: "job x", monitor: "job", level: "ok", summary: "lies", content };
    writeFileSync(join(inbox, makeId(now())), JSON.stringify(bark));
  }
  await machine.run(["--once", "-c", config], "sheepdog-handler");
  const listed = await machine.run(["job", "list"]);
  assert.deepEqual([listed.status, listed.stderr, listed.stdout.split("\n").length], [0, "", 5]);
  assert.equal((await machine.run(["job", "log", "run-"])).status, 0);
});

test("what the agent of SSH holds signs, too", async (t) => {
  const herd = await Herd.begin(t);
  await herd.agent("web1", { it: ECHO });
  const socket = join(herd.operator.home, "agent.sock");
  const holder = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  t.after(() => holder.kill());
  herd.operator.environment["SSH_AUTH_SOCK"] = socket;
  const key = join(herd.operator.home, "alice");
  await until("it listens", () => existsSync(socket));
  execFileSync("ssh-add", ["-q", key], { env: herd.operator.environment, stdio: "ignore" });
  rmSync(key);
  const ran = await herd.operator.run([
    "job",
    "run",
    "web1",
    "it",
    "--wait",
    "-c",
    join(herd.operator.home, "sheepdog.toml"),
  ]);
  assert.deepEqual([ran.status, ran.stderr], [0, ""]);
});

test("two agents of one name are found out, and that is barked", async (t) => {
  const herd = await Herd.begin(t);
  await herd.agent("web1", {});
  await herd.agent("web1", {});
  await until(
    "it is barked",
    async () => (await herd.barks()).some(({ tag }) => tag === "jobs twin"),
    40_000,
  );
  const twin = (await herd.barks()).find(({ tag }) => tag === "jobs twin");
  assert.equal(twin?.level, "fail");
  assert.match(
    twin?.summary ?? "",
    /^another agent takes jobs for web1, too: .*; give each machine a `name` of its own$/,
  );
});

test("whoever was not told which machines to ask does not ask them unsure", async (t) => {
  const machine = new Machine(t);
  writeFileSync(join(machine.home, "sheepdog.toml"), 'name = "shepherd"\n');
  for (const name of ["web1", "web2", "db1"]) {
    const config = join(machine.home, `${name}.toml`);
    writeFileSync(config, `name = "${name}"\n`);
    await machine.run(["-c", config, "-t", "X", "--always", "-e", "true"]);
  }
  await machine.run(["--once", "-c", join(machine.home, "sheepdog.toml")], "sheepdog-handler");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(machine.home, "alice")]);
  const ask = (...more: readonly string[]): Promise<Ran> =>
    machine.run([
      "job",
      "run",
      "--on",
      "host(Host), prefix(Host, web)",
      "it",
      "--key",
      join(machine.home, "alice"),
      "-c",
      join(machine.home, "sheepdog.toml"),
      ...more,
    ]);
  const unsure = await ask();
  assert.equal(unsure.status, 69);
  assert.match(
    unsure.stderr,
    /^web1\nweb2\nsheepdog: 2 machines would be asked: there is nobody to confirm it; give --yes where you are sure\n$/,
  );
  const sure = await ask("--yes", "--json");
  assert.equal(sure.status, 0, sure.stderr);
  assert.deepEqual((JSON.parse(sure.stdout) as { hosts: unknown }).hosts, ["web1", "web2"]);
  const words = [
    "job",
    "run",
    "--on",
    "'host(Host), prefix(Host, web)'",
    "it",
    "--key",
    "alice",
    "-c",
    "sheepdog.toml",
  ];
  for (const [typed, code] of [
    ["n", 1],
    ["y", 0],
  ] as const) {
    const line = `${process.execPath} ${join(DIST, "sheepdog.cjs")} ${words.join(" ")}`;
    const asked = execFileSync(
      "script",
      ["--quiet", "--return", "--command", `${line}; echo left with $?`, "/dev/null"],
      {
        input: `${typed}\n`,
        cwd: machine.home,
        env: machine.environment,
        encoding: "utf8",
      },
    );
    assert.match(asked, /web1\r\nweb2\r\n/);
    assert.match(asked, /Ask 2 machines for it\? \[y\/N\]/);
    assert.match(asked, new RegExp(`left with ${code}`));
  }
  const wrong = await machine.run([
    "job",
    "run",
    "--on",
    "hots(Host)",
    "it",
    "--key",
    join(machine.home, "alice"),
    "-c",
    join(machine.home, "sheepdog.toml"),
  ]);
  assert.match(wrong.stderr, /unknown relation "hots"/);
});
