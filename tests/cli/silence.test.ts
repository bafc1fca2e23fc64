import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Sqlite from "better-sqlite3";
import type { Bark } from "../../src/bark.ts";
import { RedisStreams } from "../../src/broker/redis.ts";
import { type Deed, idOf } from "../../src/operator/deed.ts";
import { localKey } from "../../src/operator/local.ts";
import { operators, type Verified, verify } from "../../src/operator/verify.ts";
import { now } from "../../src/time.ts";
import type { Result } from "../../src/trouble.ts";
import { type Answer, Herd } from "../support/herd.ts";
import { redis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const HUSH = ["--for", "2h", "--why", "moving"];

const CALLER = join(import.meta.dirname, "..", "support", "caller.js");

/** A herd whose handler has made its key, and what it would say of deeds. */
class Yard {
  readonly herd: Herd;
  readonly state: string;
  readonly list: string;

  constructor(t: TestContext) {
    this.herd = new Herd(t);
    this.state = this.herd.environment["SHEEPDOG_STATE"] ?? "";
    this.list = join(this.herd.home, "operators");
  }

  async begin(): Promise<this> {
    await this.herd.hearText();
    return this;
  }

  ask(...words: readonly string[]): Promise<Answer> {
    return this.herd.ask(...words);
  }

  /** The key of somebody on the list. From then on nobody has the handler's, as elsewhere. */
  operator(name: string, ...words: readonly string[]): string {
    const file = join(this.herd.home, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, ...words, "-f", file]);
    writeFileSync(this.list, `${name} ${readFileSync(`${file}.pub`, "utf8")}`, { flag: "a", mode: 0o644 });
    rmSync(localKey(this.state), { force: true });
    return file;
  }

  /** What waits in the spool. */
  async barks(): Promise<readonly Bark[]> {
    return (await this.herd.spool.peek("barks", 100)).map(({ body }) => JSON.parse(body) as Bark);
  }

  verify(bark: Bark | undefined): Promise<Result<Verified, string>> {
    return verify(bark?.content, operators(this.state, this.list), now());
  }

  /** The deeds that wait, all of them accepted. */
  async deeds(): Promise<readonly Deed[]> {
    const results = await Promise.all((await this.barks()).map((bark) => this.verify(bark)));
    return results.map((result) => {
      assert.ok(result.ok, result.ok ? "" : result.fault);
      return result.value.deed;
    });
  }

  /** The only one that waits, as the handler has it. */
  async heard(): Promise<Verified> {
    const [bark, ...more] = await this.barks();
    assert.equal(more.length, 0);
    const result = await this.verify(bark);
    assert.ok(result.ok, result.ok ? "" : result.fault);
    assert.equal(bark?.id, result.value.id);
    return result.value;
  }
}

/** A real agent that ends with the test. @returns what leads to it */
async function agent(t: TestContext, home: string): Promise<Record<string, string>> {
  const socket = join(home, "agent");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  t.after(() => void child.kill());
  await until("the agent listens", () => existsSync(socket));
  return { SSH_AUTH_SOCK: socket };
}

/** Does something while a key has no passphrase: there is nobody to type it. */
function unlocked(file: string, passphrase: string, act: () => void): void {
  const change = (from: string, to: string): void =>
    void execFileSync("ssh-keygen", ["-q", "-p", "-P", from, "-N", to, "-f", file]);
  change(passphrase, "");
  act();
  change("", passphrase);
}

const fine = (answer: Answer): string => {
  assert.deepEqual([answer.status, answer.stderr], [0, ""]);
  return answer.stdout;
};

test("whoever may read the handler's key silences with it, and is asked nothing", async (t) => {
  const yard = await new Yard(t).begin();
  const said = fine(await yard.ask("silence", "host=web*", "tag=DISK", ...HUSH));
  assert.match(
    said,
    /^asked for silence of host=web\* tag=DISK for 2h, until \d{4}-\d\d-\d\d \d\d:\d\d, as [0-9a-f-]{36}\nsigned with the key of this machine's handler, .*\/state\/operator; bark in .*\/spool\nwithin 15min the handler obeys it, and `sheepdog silence list`/,
  );
  const { deed, principal } = await yard.heard();
  assert.equal(principal, "local");
  assert.ok(deed.kind === "silence");
  assert.deepEqual([deed.host, deed.tag, deed.why], ["web*", "DISK", "moving"]);
  assert.equal(Math.round((Date.parse(deed.until) - Date.parse(deed.time)) / 1000), 7200);
  assert.match(deed.by, /^.+@.+$/);
});

test("behind sudo it is who called it that asks, and --json tells all of it", async (t) => {
  const yard = await new Yard(t).begin();
  yard.herd.environment["SUDO_USER"] = "alice";
  const said = JSON.parse(fine(await yard.ask("silence", "host=*", "--tag", "DISK", ...HUSH, "--json")));
  const [bark] = await yard.barks();
  const { deed } = await yard.heard();
  assert.ok(deed.kind === "silence");
  const { by, id, until } = deed;
  assert.deepEqual(said, {
    kind: "silence",
    id,
    host: "*",
    tag: "DISK",
    until,
    why: "moving",
    by,
    bark: bark?.id,
    key: `the key of this machine's handler, ${localKey(yard.state)}`,
    where: `bark in ${join(yard.herd.home, "spool")}`,
  });
  assert.match(by, process.getuid?.() === 0 ? /^alice@/ : /^.+@/);
});

test("a trouble is acknowledged by host and tag, or by a bark about it, and that is taken back", async (t) => {
  const yard = new Yard(t);
  const [bark] = await yard.herd.hear({ tag: "SCRUB", level: "fail", host: "nas" });
  fine(await yard.ask("ack", "nas", "SCRUB", "--why", "ordered"));
  fine(await yard.ask("ack", bark?.id.slice(0, 10) ?? "", "--why", "ordered"));
  fine(await yard.ask("ack", "end", "nas", "SCRUB"));
  const deeds = await yard.deeds();
  assert.deepEqual(
    deeds.map(({ kind, ...deed }) => [kind, "host" in deed && deed.host, "tag" in deed && deed.tag]),
    ["ack", "ack", "unack"].map((kind) => [kind, "nas", "SCRUB"]),
  );
  assert.deepEqual(await yard.ask("ack", "ffff", "--why", "x"), {
    status: 1,
    stdout: "",
    stderr: "sheepdog: no bark has the id ffff: see `sheepdog status`, or give HOST TAG\n",
  });
});

test("a deed that is handed over twice is one bark in the history", async (t) => {
  const yard = await new Yard(t).begin();
  fine(await yard.ask("ack", "nas", "SCRUB", "--why", "ordered"));
  const [bark] = await yard.barks();
  await yard.herd.hearText(JSON.stringify(bark));
  const listed = JSON.parse(fine(await yard.ask("list", "--tag", "operator", "--json")));
  assert.deepEqual(
    listed.map(({ id }: Bark) => id),
    [bark?.id],
  );
  assert.equal(bark?.id, idOf(bark?.content?.["deed"] as string));
});

test("elsewhere it is signed with the key that is named, or that the configuration names", async (t) => {
  const yard = await new Yard(t).begin();
  const [alice, bob] = [yard.operator("alice"), yard.operator("bob", "-t", "rsa")];
  const file = join(yard.herd.home, "sheepdog.toml");
  writeFileSync(file, `[operators]\nkey = "${bob}"\n`);
  assert.match(
    fine(await yard.ask("ack", "a", "B", "--why", "x", "-c", file)),
    /signed with the key .*\/bob;/,
  );
  assert.match(
    fine(await yard.ask("ack", "a", "B", "--why", "x", "-c", file, "--key", alice)),
    /signed with the key .*\/alice;/,
  );
  const results = await Promise.all((await yard.barks()).map((bark) => yard.verify(bark)));
  assert.deepEqual(
    results.map((result) => result.ok && result.value.principal),
    ["bob", "alice"],
  );
});

test("the agent signs with the only key it holds, and with the one that is named where it holds more", async (t) => {
  const yard = await new Yard(t).begin();
  const alice = yard.operator("alice", "-N", "a passphrase");
  const environment = await agent(t, yard.herd.home);
  Object.assign(yard.herd.environment, environment);
  const add = (file: string): void =>
    void execFileSync("ssh-add", ["-q", file], { env: yard.herd.environment });
  assert.match((await yard.ask("ack", "a", "B", "--why", "x")).stderr, /there is no key to sign this with/);
  unlocked(alice, "a passphrase", () => add(alice));
  assert.match(fine(await yard.ask("ack", "a", "B", "--why", "x")), /signed with the agent's key alice;/);
  const { principal } = await yard.heard();
  assert.equal(principal, "alice");
  add(yard.operator("bob"));
  const several = await yard.ask("ack", "a", "B", "--why", "x");
  assert.equal(
    several.stderr,
    "sheepdog: the agent holds 2 keys (alice, bob): say which: --key FILE.pub, or `key` in [operators]\n",
  );
  assert.equal(several.status, 69);
  fine(await yard.ask("ack", "a", "B", "--why", "x", "--key", `${alice}.pub`));
  assert.equal((await yard.barks()).length, 2);
});

test("without any key it is said what to do, and a user who may not read the handler's is not permitted", async (t) => {
  const yard = await new Yard(t).begin();
  chmodSync(yard.herd.home, 0o755);
  if (process.getuid?.() === 0) {
    const ask = `setpriv --reuid=65534 --regid=65534 --clear-groups "$NODE" "$CALLER" silence 'host=*' --for 1h --why x`;
    const refused = await yard.herd.shell(`NODE=${process.execPath} CALLER=${CALLER}; ${ask}`);
    assert.match(
      refused.stderr,
      /^sheepdog: there is no key to sign this with: on the handler's machine ask as root/,
    );
    assert.equal(refused.status, 77);
  }
  rmSync(localKey(yard.state));
  const answer = await yard.ask("silence", "host=*", ...HUSH);
  assert.match(
    answer.stderr,
    /^sheepdog: there is no key to sign this with: .*--key FILE, set `key` in \[operators\]/,
  );
  assert.deepEqual([answer.status, answer.stdout], [69, ""]);
  const absent = await yard.ask("silence", "host=*", ...HUSH, "--key", "/nonexistent");
  assert.match(
    absent.stderr,
    /^sheepdog: cannot read the key \/nonexistent \(ENOENT\), named by --key: name a/,
  );
  const wrong = await yard.ask("silence", "host=*", ...HUSH, "--key", CALLER);
  assert.match(
    wrong.stderr,
    /\nsheepdog: ssh-keygen did not sign with .* \(exit 255\): see above; --key FILE/,
  );
  assert.equal(wrong.status, 69);
  assert.deepEqual(await yard.barks(), []);
});

test("through Redis it arrives as any bark, and waits in the spool while that is away", async (t) => {
  const yard = await new Yard(t).begin();
  const server = await redis(t);
  const file = join(yard.herd.home, "sheepdog.toml");
  writeFileSync(file, `[redis]\nport = ${server.port}\n`);
  assert.match(
    fine(await yard.ask("silence", "host=*", ...HUSH, "-c", file)),
    /; bark sent to redis 127\.0\.0\.1:/,
  );
  assert.deepEqual(await yard.barks(), []);
  const broker = new RedisStreams(server.config(), undefined);
  try {
    const [message] = await broker.peek("barks", 10);
    const result = await yard.verify(JSON.parse(message?.body ?? "") as Bark);
    assert.equal(result.ok && result.value.principal, "local");
  } finally {
    await broker[Symbol.asyncDispose]();
  }
  await server.stop();
  assert.match(
    fine(await yard.ask("silence", "host=*", ...HUSH, "-c", file)),
    /; bark waits in .*spool \(redis/,
  );
  await yard.heard();
});

test("what cannot be handed over is told as that, with exit code 75", async (t) => {
  const yard = await new Yard(t).begin();
  rmSync(join(yard.herd.home, "spool"), { recursive: true, force: true });
  writeFileSync(join(yard.herd.home, "spool"), "");
  const answer = await yard.ask("silence", "host=*", ...HUSH);
  assert.match(answer.stderr, /^sheepdog: bark LOST: .*: make room or mend the broker, and ask again\n$/);
  assert.deepEqual([answer.status, answer.stdout], [75, ""]);
});

/** A silence as the policy keeps it. @param until  hours from now */
function keep(yard: Yard, id: string, until: number, ended: number | null = null): void {
  const database = new Sqlite(join(yard.state, "history.db"));
  const hour = 3_600_000;
  database
    .prepare(
      'INSERT INTO silence (id, host, tag, since, until, "by", why, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(id, "web*", "*", Date.now() - hour, Date.now() + until * hour, "alice", "moving\u001b[2J", ended);
  database.close();
}

test("the silences that hold are listed, the first to end first", async (t) => {
  const yard = await new Yard(t).begin();
  assert.equal(fine(await yard.ask("silence", "list")), "");
  assert.equal(fine(await yard.ask("silence", "list", "--json")), "[]\n");
  keep(yard, "019aa0d1-0000-7000-8000-000000000001", 5);
  keep(yard, "019aa0d2-0000-7000-8000-000000000002", 2);
  keep(yard, "019aa0d3-0000-7000-8000-000000000003", -1);
  keep(yard, "019aa0d4-0000-7000-8000-000000000004", 9, Date.now());
  const lines = fine(await yard.ask("silence", "list"))
    .trimEnd()
    .split("\n");
  const fields = lines.map((line) => line.split("\t"));
  assert.deepEqual(
    fields.map(([, , id, ...rest]) => [id?.slice(0, 8), ...rest]),
    ["019aa0d2", "019aa0d1"].map((id) => [id, "web*", "*", "alice", "moving\\e[2J"]),
  );
  assert.ok(Math.abs(Number(fields[0]?.[1]) - 7200) < 60);
  const [first] = JSON.parse(fine(await yard.ask("silence", "list", "--json")));
  assert.deepEqual(Object.keys(first), ["id", "host", "tag", "since", "until", "by", "why"]);
  assert.match(first.until, /^\d{4}-\d\d-\d\dT.*Z$/);
  yard.herd.environment["NO_COLOR"] = "1";
  const { stdout } = await yard.herd.terminal("sheepdog silence list");
  assert.match(
    stdout,
    /^UNTIL +LEFT +ID +HOST +TAG +BY +WHY\n.* 1h 59min +019aa0d2 +web\* +\* +alice +moving\\e\[2J\n/,
  );
});

test("one is ended by the beginning of its id where the list is, and by the whole of it elsewhere", async (t) => {
  const yard = await new Yard(t).begin();
  keep(yard, "019aa0d1-0000-7000-8000-000000000001", 5);
  keep(yard, "019aa0d2-0000-7000-8000-000000000002", 2);
  assert.equal(
    (await yard.ask("silence", "end", "019a")).stderr,
    "sheepdog: 2 silences begin with 019a: give more of the id\n",
  );
  const unknown = await yard.ask("silence", "end", "x");
  assert.deepEqual(unknown, {
    status: 1,
    stdout: "",
    stderr: "sheepdog: no silence that holds has the id x: see `sheepdog silence list`\n",
  });
  fine(await yard.ask("silence", "end", "019aa0d1"));
  const elsewhere = "019aa0d9-0000-7000-8000-000000000009";
  assert.match(fine(await yard.ask("silence", "end", elsewhere)), /^asked for the end of silence 019aa0d9-/);
  assert.deepEqual(
    (await yard.deeds()).map((deed) => [deed.kind, "id" in deed && deed.id]),
    [
      ["end", "019aa0d1-0000-7000-8000-000000000001"],
      ["end", elsewhere],
    ],
  );
});
