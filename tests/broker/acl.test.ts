import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Broker } from "../../src/broker/contract.ts";
import { RedisStreams } from "../../src/broker/redis.ts";
import { deliver } from "../../src/broker/wire.ts";
import { text } from "../support/kennel.ts";
import { Machine } from "../support/sheepdog.ts";
import { folder } from "../support/folder.ts";
import { redis, type Server } from "../support/redis.ts";
import { ETC, password, type Role, shipped } from "../support/roles.ts";
import { all, DONE, drain } from "./contract.ts";

const REFUSED = /NOPERM/;

function as(t: TestContext, server: Server, role: Role): Broker {
  const broker = new RedisStreams(server.config({ user: role }), password(role));
  t.after(() => broker[Symbol.asyncDispose]());
  return broker;
}

const shell = (server: Server, role: Role, ...words: readonly string[]): Promise<string> =>
  server.cli("--no-auth-warning", "--user", role, "--pass", password(role), ...words);

test("with the files as they ship nobody gets in", async (t) => {
  const aclfile = join(folder(t), "users.acl");
  writeFileSync(aclfile, readFileSync(join(ETC, "users.acl")));
  const server = await redis(t, { conf: join(ETC, "redis.conf"), settings: ["--aclfile", aclfile] });
  assert.match(await server.cli("XADD", "sheepdog:barks", "*", "bark", "{}"), /NOAUTH/);
  await assert.rejects(deliver(server.config(), undefined, ["{}"]), /wants a password/);
  for (const given of ["", "0", "0".repeat(64), "client"])
    await assert.rejects(deliver(server.config({ user: "client" }), given, ["{}"]), /refuses the password/);
});

test("a client may append to barks, from Sheepdog and from a shell, and do nothing else", async (t) => {
  const server = await shipped(t);
  await deliver(server.config({ user: "client" }), password("client"), ["one"]);
  await deliver(server.config({ user: "client", db: 3 }), password("client"), ["in another database"]);
  await as(t, server, "client").publish("barks", ["two"]);
  await shell(server, "client", "XADD", "sheepdog:barks", "*", "bark", "three");
  const found = await as(t, server, "admin").peek("barks", 10);
  assert.deepEqual(
    found.map(({ body }) => body),
    ["one", "two", "three"],
  );
  const forbidden = [
    "XRANGE sheepdog:barks - +",
    "XREAD STREAMS sheepdog:barks 0",
    "XLEN sheepdog:barks",
    "DEL sheepdog:barks",
    "XTRIM sheepdog:barks MAXLEN 0",
    "XGROUP CREATE sheepdog:barks g 0",
    "XADD sheepdog:mail * mail x",
    "XADD sheepdog:dead * dead x",
    "XADD sheepdog:jobs:nas * job x",
    "XADD other * a b",
    "KEYS *",
    "CONFIG GET *",
    "ACL LIST",
    "FLUSHALL",
    "MONITOR",
    "SHUTDOWN",
    "CLIENT LIST",
    "INFO",
    "SCRIPT FLUSH",
    "PUBLISH a b",
  ];
  for (const line of forbidden)
    assert.match(await shell(server, "client", ...line.split(" ")), REFUSED, line);
  await assert.rejects(as(t, server, "client").publish("mail", ["x"]), /does not permit that.*/);
  await assert.rejects(as(t, server, "client").consume("barks", drain(), all(DONE)), /does not permit that/);
});

test("the handler works on barks and appends to mail and dead, and cannot read mail", async (t) => {
  const server = await shipped(t);
  const handler = as(t, server, "handler");
  await deliver(server.config({ user: "client" }), password("client"), ["one", "bad"]);
  const seen: string[] = [];
  await handler.consume("barks", drain(), async (batch) => {
    seen.push(...batch.map(({ body }) => body));
    return batch.map(({ body }) => (body === "bad" ? { kind: "dead", reason: "bad" } : DONE));
  });
  assert.deepEqual(seen, ["one", "bad"]);
  await handler.publish("mail", ["notice"]);
  await handler.publish("barks", ["of its own"]);
  assert.equal((await as(t, server, "admin").peek("dead", 10)).length, 1);
  const forbidden = [
    "XRANGE sheepdog:jobs:nas - +",
    "XDEL sheepdog:jobs:nas 1-1",
    "XRANGE sheepdog:mail - +",
    "XDEL sheepdog:mail 1-1",
    "XRANGE sheepdog:dead - +",
    "DEL sheepdog:barks",
    "FLUSHALL",
    "CONFIG GET *",
  ];
  for (const line of forbidden)
    assert.match(await shell(server, "handler", ...line.split(" ")), REFUSED, line);
});

test("the mailer works on mail and barks about what it cannot send, and cannot read barks", async (t) => {
  const server = await shipped(t);
  const mailer = as(t, server, "mailer");
  await as(t, server, "handler").publish("mail", ["notice"]);
  const seen: string[] = [];
  await mailer.consume("mail", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["notice"]);
  await mailer.publish("barks", ["refused"]);
  await mailer.publish("dead", ["dead"]);
  const forbidden = [
    "XRANGE sheepdog:barks - +",
    "XREADGROUP GROUP sheepdog me STREAMS sheepdog:barks >",
    "XDEL sheepdog:barks 1-1",
    "XADD sheepdog:mail * mail x",
    "XADD sheepdog:jobs:nas * job x",
    "FLUSHALL",
    "CONFIG GET *",
  ];
  for (const line of forbidden)
    assert.match(await shell(server, "mailer", ...line.split(" ")), REFUSED, line);
});

test("the notifier works on the queues of all receivers, and can read neither mail nor barks", async (t) => {
  const server = await shipped(t);
  const notifier = as(t, server, "notifier");
  const seen: string[] = [];
  for (const queue of ["notify:phone", "notify:chat"]) {
    await as(t, server, "handler").publish(queue, [queue]);
    await notifier.consume(queue, drain(), all(DONE, seen));
  }
  await notifier.consume("notify:new", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["notify:phone", "notify:chat"]);
  await notifier.publish("barks", ["refused"]);
  await notifier.publish("dead", ["dead"]);
  const forbidden = [
    "XRANGE sheepdog:mail - +",
    "XREADGROUP GROUP sheepdog me STREAMS sheepdog:barks >",
    "XADD sheepdog:mail * mail x",
    "XADD sheepdog:notify:phone * notify x",
    "XADD sheepdog:jobs:nas * job x",
    "FLUSHALL",
  ];
  for (const line of forbidden)
    assert.match(await shell(server, "notifier", ...line.split(" ")), REFUSED, line);
  assert.match(await shell(server, "handler", "XRANGE", "sheepdog:notify:phone", "-", "+"), REFUSED);
});

test("with one configuration and a credential for each unit, a bark gets from the client into a mail", async (t) => {
  const server = await shipped(t);
  const machine = new Machine(t);
  const file = join(machine.home, "sheepdog.toml");
  const said = `[redis]\nport = ${server.port}\nuser = "client"\n[mail]\nto = "ops@example.org"\n`;
  writeFileSync(file, `${said}uri = "file:${machine.home}/mail"\n`);
  /** As systemd runs it: every unit has the client's password, and some one of their own. */
  const run = async (command: string, role: Role, ...words: readonly string[]): Promise<string> => {
    const credentials = folder(t);
    writeFileSync(join(credentials, "redis"), password("client"));
    if (role !== "client") writeFileSync(join(credentials, `redis-${role}`), password(role));
    machine.environment["CREDENTIALS_DIRECTORY"] = credentials;
    const { status, stdout, stderr } = await machine.run(["-c", file, ...words], command);
    assert.equal(status, 0, stderr);
    return stdout + stderr;
  };
  await run("sheepdog", "client", "-t", "DISK", "--always", "-e", "true");
  assert.equal(await shell(server, "admin", "XLEN", "sheepdog:barks"), "1");
  await shell(server, "client", "XADD", "sheepdog:barks", "*", "bark", text("fail"));
  assert.match(await run("sheepdog-handler", "handler", "--once"), /level=fail/);
  assert.match(await run("sheepdog-mailer", "mailer", "--once"), /outcome=accepted/);
});

test("the Redis configuration refuses when it is full, forgets nothing, and syncs every append", async (t) => {
  const server = await shipped(t);
  const says = async (key: string): Promise<string> =>
    (await shell(server, "admin", "CONFIG", "GET", key)).split("\n")[1] ?? "";
  assert.equal(await says("maxmemory-policy"), "noeviction");
  assert.equal(await says("appendfsync"), "always");
  assert.equal(await says("appendonly"), "yes");
  assert.equal(await says("protected-mode"), "yes");
  assert.equal(await says("bind"), "127.0.0.1 -::1");
  assert.match(readFileSync(join(ETC, "redis.conf"), "utf8"), /^appendfsync always$/m);
});

test("an operator asks and reads what is answered, an agent the other way round, and neither does more", async (t) => {
  const server = await shipped(t);
  const [operator, agent] = [as(t, server, "operator"), as(t, server, "agent")];
  await operator.publish("jobs:nas", ["asked"]);
  await agent.consume("jobs:nas", drain(), all(DONE));
  await agent.publish("answers:1", ["answered"]);
  assert.equal(await shell(server, "admin", "TTL", "sheepdog:answers:1"), "86400");
  await operator.consume("answers:1", drain(), all(DONE));
  await operator.forget("answers:1");
  assert.equal(await shell(server, "admin", "EXISTS", "sheepdog:answers:1"), "0");
  for (const line of [
    "XRANGE sheepdog:jobs:nas - +",
    "XDEL sheepdog:jobs:nas 1-1",
    "DEL sheepdog:jobs:nas",
    "XRANGE sheepdog:barks - +",
  ])
    assert.match(await shell(server, "operator", ...line.split(" ")), REFUSED, line);
  for (const line of [
    "XADD sheepdog:jobs:nas * job x",
    "XRANGE sheepdog:answers:1 - +",
    "DEL sheepdog:jobs:nas",
    "EXPIRE sheepdog:barks 1",
    "XRANGE sheepdog:barks - +",
  ])
    assert.match(await shell(server, "agent", ...line.split(" ")), REFUSED, line);
});
