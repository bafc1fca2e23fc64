import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RedisStreams } from "../../src/broker/redis.ts";
import { Herd } from "../support/herd.ts";
import { redis } from "../support/redis.ts";

const lines = (text: string): readonly string[] => text.trimEnd().split("\n");

/** A herd whose handler was sent what is no bark. */
async function herd(t: TestContext, ...bodies: readonly string[]): Promise<Herd> {
  const made = new Herd(t);
  await made.hearText(...bodies);
  return made;
}

test("what could not be handled is listed with the reason", async (t) => {
  const made = await herd(t, "not json \u001b[2J", '{"host":"nas"}');
  const [first, second] = await made.dead();
  const answer = await made.ask("dead", "list");
  const fields = lines(answer.stdout).map((line) => line.split("\t"));
  assert.deepEqual(
    fields.map(([, id, queue]) => [id, queue]),
    [
      [first?.key, "barks"],
      [second?.key, "barks"],
    ],
  );
  assert.match(fields[0]?.[4] ?? "", /^not JSON/);
  assert.match(fields[1]?.[4] ?? "", /missing; give it/);
  assert.deepEqual(
    fields.map(([, , , , , body]) => body),
    ["not json \\e[2J", '{"host":"nas"}'],
  );
  assert.equal(answer.status, 0);
  const json = JSON.parse((await made.ask("dead", "list", "--json")).stdout);
  assert.deepEqual(
    json.map(({ id, queue, from, body }: Record<string, unknown>) => [id, queue, from, body])[0],
    [first?.key, "barks", first?.id, "not json \u001b[2J"],
  );
});

test("nothing dead is an empty list, and exit code 0", async (t) => {
  const made = new Herd(t);
  for (const args of [["list"], ["list", "--json"]]) {
    const answer = await made.ask("dead", ...args);
    assert.deepEqual([answer.stdout, answer.status], [args.length === 1 ? "" : "[]\n", 0]);
  }
  assert.equal((await made.ask("dead", "retry", "--all")).stdout, "nothing is dead\n");
});

test("one is shown whole, by the beginning of its id", async (t) => {
  const made = await herd(t, "line one\nline two \u009b31m");
  const [one] = await made.dead();
  const answer = await made.ask("dead", "show", one?.key.slice(0, 10) ?? "");
  assert.ok(
    answer.stdout.startsWith(`${one?.key}\n  queue     barks\n  id there  ${one?.id}\n`),
    answer.stdout,
  );
  assert.ok(answer.stdout.endsWith("\n  line one\n  line two \\x9b31m\n"), answer.stdout);
});

test("what is retried goes back to the queue it came from, and is no longer dead", async (t) => {
  const made = await herd(t, "one", "two", "three");
  const [first, second, third] = await made.dead();
  const answer = await made.ask("dead", "retry", first?.key ?? "", third?.key ?? "");
  assert.equal(answer.stdout, `retried ${first?.key}\nretried ${third?.key}\n`);
  assert.equal(answer.status, 0);
  assert.deepEqual(
    (await made.spool.peek("barks", 10)).map(({ body }) => body),
    ["one", "three"],
  );
  assert.deepEqual(
    (await made.dead()).map(({ key }) => key),
    [second?.key],
  );
});

test("an unknown id is told with exit code 1, and then nothing is done with the others either", async (t) => {
  const made = await herd(t, "one", "two");
  const [first] = await made.dead();
  for (const command of ["show", "retry", "drop"]) {
    const answer = await made.ask("dead", command, first?.key ?? "", "nothing");
    assert.equal(answer.stderr, "sheepdog: no dead message has the id nothing: see `sheepdog dead list`\n");
    assert.deepEqual([answer.stdout, answer.status], ["", 1]);
  }
  const [shared] = first?.key ?? "";
  assert.match(
    (await made.ask("dead", "drop", shared ?? "")).stderr,
    /^sheepdog: 2 dead messages begin with .: give more of the id\n$/,
  );
  assert.equal((await made.dead()).length, 2);
});

test("drop removes for ever, and in a script asks nobody", async (t) => {
  const made = await herd(t, "one", "two", "three");
  const [first] = await made.dead();
  assert.equal((await made.ask("dead", "drop", first?.key ?? "")).stdout, `dropped ${first?.key}\n`);
  assert.deepEqual(JSON.parse((await made.ask("dead", "drop", "--all", "--json")).stdout).dropped.length, 2);
  assert.deepEqual(await made.dead(), []);
  assert.deepEqual(await made.spool.peek("barks", 10), []);
});

test("on a terminal drop asks first, and only yes is yes", async (t) => {
  const made = await herd(t, "one", "two");
  for (const typed of ["n\r", "\r", "\u0004"]) {
    const answer = await made.terminal("sheepdog dead drop --all", { typed });
    assert.match(answer.stdout, /drop 2 messages for ever\? \[y\/N\]/);
    assert.equal(answer.status, 1, typed);
    assert.equal((await made.dead()).length, 2);
  }
  const yes = await made.terminal("sheepdog dead drop --all", { typed: "y\r" });
  assert.equal(yes.status, 0, yes.stdout);
  assert.deepEqual(await made.dead(), []);
});

test("on a terminal --yes asks nothing", async (t) => {
  const made = await herd(t, "one");
  const answer = await made.terminal("sheepdog dead drop --all --yes");
  assert.match(answer.stdout, /^dropped \S+$/m);
  assert.ok(!answer.stdout.includes("[y/N]"));
});

test("what somebody else left among the dead can be seen and dropped, and not retried", async (t) => {
  const made = new Herd(t);
  const hostile = JSON.stringify({ queue: "../../etc", id: "1", time: "now", reason: "r", body: "b" });
  await made.spool.publish("dead", ["not ours", hostile]);
  const list = await made.ask("dead", "list");
  assert.equal(lines(list.stdout).length, 2);
  assert.match(list.stdout, /\t\?\tspool\tnot written by Sheepdog\tnot ours\n/);
  const retry = await made.ask("dead", "retry", "--all");
  assert.equal(retry.status, 1);
  assert.match(retry.stderr, /^(sheepdog: \S+ is not a message that Sheepdog gave up, .*drop it\n){2}$/);
  assert.equal((await made.ask("dead", "drop", "--all")).status, 0);
});

/** A herd whose handler found files in its spool that are no messages. */
async function littered(t: TestContext, files: Readonly<Record<string, string>>): Promise<Herd> {
  const made = new Herd(t);
  const fresh = join(made.home, "spool/barks/new");
  mkdirSync(fresh, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(fresh, name), text);
  await made.hearText();
  return made;
}

test("a file that was laid aside is read again when it is retried, and is one bark however often", async (t) => {
  const made = await littered(t, { "a b": '{"host":"nas","tag":"NAME","level":"ok"}' });
  const [first] = await made.dead();
  assert.match(first?.reason ?? "", /its name is none for a message/);
  assert.equal((await made.ask("dead", "retry", "--all")).stdout, `retried ${first?.key}\n`);
  assert.deepEqual(readdirSync(join(made.home, "spool/barks/aside")), []);
  assert.deepEqual(await made.dead(), []);
  const [waits] = await made.spool.peek("barks", 10);
  assert.deepEqual(JSON.parse(waits?.body ?? ""), {
    host: "nas",
    tag: "NAME",
    level: "ok",
    id: first?.aside,
    time: first?.time,
  });
});

test("what is no message still when it is retried stays, and it is said why", async (t) => {
  const made = await littered(t, { large: "x".repeat(1024 * 1024 + 1), "-": "" });
  const all = await made.ask("dead", "retry", "--all");
  assert.equal(all.status, 1);
  assert.match(all.stderr, /aside\/\S+: a message is at most 1048576 bytes, this file has 1048577: drop it/);
  assert.match(all.stderr, / is empty, so there is nothing to send: drop it/);
  assert.equal((await made.dead()).length, 2);
  assert.deepEqual(await made.spool.peek("barks", 10), []);
});

test("drop removes the file, and a folder with something in it is left to a person", async (t) => {
  const made = await littered(t, { large: "x".repeat(1024 * 1024 + 1) });
  mkdirSync(join(made.home, "spool/barks/new/bomb/full"), { recursive: true });
  await made.hearText();
  const aside = join(made.home, "spool/barks/aside");
  assert.equal(readdirSync(aside).length, 2);
  const answer = await made.ask("dead", "drop", "--all");
  assert.equal(answer.status, 1);
  const [, path = ""] = /^sheepdog: (\S+) is a folder .*`rm -r`/.exec(answer.stderr) ?? [];
  assert.deepEqual(readdirSync(aside), [path.slice(aside.length + 1)]);
  await made.shell(`rm -r ${path}`);
  assert.equal((await made.ask("dead", "drop", "--all")).status, 0);
  assert.deepEqual([await made.dead(), readdirSync(aside)], [[], []]);
});

test("no name among the dead leads out of the place where files are laid aside", async (t) => {
  const made = new Herd(t);
  const other = join(made.home, "spool/barks/other");
  mkdirSync(join(made.home, "spool/barks/aside"), { recursive: true });
  writeFileSync(other, "secret");
  const dead = { queue: "barks", id: "1", time: "2026-03-01T10:00:00.000Z", reason: "r", body: "" };
  await made.spool.publish(
    "dead",
    ["../other", other].map((aside) => JSON.stringify({ ...dead, aside })),
  );
  assert.match((await made.ask("dead", "retry", "--all")).stderr, /is not a message that Sheepdog gave up/);
  assert.equal((await made.ask("dead", "drop", "--all")).status, 0);
  assert.equal(existsSync(other), true);
});

test("with Redis as the broker it is the dead of Redis", async (t) => {
  const made = new Herd(t);
  const server = await redis(t);
  const file = join(made.home, "sheepdog.toml");
  writeFileSync(file, `[redis]\nport = ${server.port}\n`);
  const broker = new RedisStreams(server.config(), undefined);
  try {
    const dead = {
      queue: "mail",
      id: "1-1",
      time: "2026-03-01T10:00:00.000Z",
      reason: "550 no such user",
      body: "a notice",
    };
    await broker.publish("dead", [JSON.stringify(dead), JSON.stringify({ ...dead, body: "another" })]);
    const list = lines((await made.ask("dead", "list", "-c", file)).stdout);
    assert.deepEqual(
      list.map((line) => line.split("\t").slice(2)),
      [
        ["mail", "redis", "550 no such user", "a notice"],
        ["mail", "redis", "550 no such user", "another"],
      ],
    );
    const id = list[0]?.split("\t")[1] ?? "";
    assert.equal((await made.ask("dead", "retry", id, "-c", file)).stdout, `retried ${id}\n`);
    assert.equal((await made.ask("dead", "drop", "--all", "-c", file)).status, 0);
    assert.deepEqual(
      (await broker.peek("mail", 10)).map(({ body }) => body),
      ["a notice"],
    );
    assert.deepEqual(await broker.peek("dead", 10), []);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
});

test("with Redis as the broker the dead of this machine's spool are seen too, and are retried over Redis", async (t) => {
  const made = await herd(t, '{"host":"nas"}', "two");
  const server = await redis(t);
  const file = join(made.home, "sheepdog.toml");
  writeFileSync(file, `[redis]\nport = ${server.port}\n`);
  const [first, second] = await made.dead();
  const list = lines((await made.ask("dead", "list", "-c", file)).stdout);
  assert.deepEqual(
    list.map((line) => line.split("\t").slice(1, 4)),
    [
      [first?.key, "barks", "spool"],
      [second?.key, "barks", "spool"],
    ],
  );
  assert.equal((await made.ask("dead", "retry", first?.key ?? "", "-c", file)).status, 0);
  const broker = new RedisStreams(server.config(), undefined);
  try {
    const [bark] = (await broker.peek("barks", 9)).map(({ body }) => JSON.parse(body));
    // Named now: retried twice it is one bark.
    assert.deepEqual(bark, { host: "nas", id: first?.id, time: first?.time });
  } finally {
    await broker[Symbol.asyncDispose]();
  }
  await server.stop();
  const away = await made.ask("dead", "list", "-c", file);
  assert.equal(away.status, 75);
  assert.match(away.stderr, /^sheepdog: the broker could not be asked: redis .* is away.*\n$/);
  assert.equal(lines(away.stdout)[0]?.split("\t")[1], second?.key);
});

test("where Redis refuses, it is said that it could not be asked, and not that nothing is dead", async (t) => {
  const made = new Herd(t);
  const server = await redis(t, { settings: ["--requirepass", "hunter2"] });
  const file = join(made.home, "sheepdog.toml");
  writeFileSync(file, `[redis]\nport = ${server.port}\n`);
  for (const words of [["list"], ["retry", "--all"], ["drop", "--all", "--yes"]]) {
    const { stdout, stderr, status } = await made.ask("dead", ...words, "-c", file);
    assert.deepEqual([stdout, status], ["", 78], words[0]);
    assert.match(stderr, /^sheepdog: the broker could not be asked: redis .* wants a password: .*\n$/);
  }
  const shown = await made.ask("dead", "show", "0193", "-c", file);
  assert.match(shown.stderr, /no dead message that can be looked at has the id 0193/);
  assert.equal(shown.status, 78);
});

test("a broker that is away is told in one line, with exit code 75", async (t) => {
  const made = new Herd(t);
  const server = await redis(t);
  await server.stop();
  const file = join(made.home, "sheepdog.toml");
  writeFileSync(file, `[redis]\nport = ${server.port}\n`);
  const answer = await made.ask("dead", "list", "-c", file);
  assert.match(answer.stderr, /^sheepdog: .+: .+\n$/);
  assert.equal(answer.status, 75, answer.stderr);
});

test("a configuration that is wrong is told, with exit code 78", async (t) => {
  const made = new Herd(t);
  const file = join(made.home, "sheepdog.toml");
  writeFileSync(file, "colour = 1\n");
  const answer = await made.ask("dead", "list", "-c", file);
  assert.match(answer.stderr, /^sheepdog: .*sheepdog\.toml:1: colour: is no key/);
  assert.equal(answer.status, 78);
});
