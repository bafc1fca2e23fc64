import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import type { Take } from "../../src/broker/contract.ts";
import { RedisStreams, type Who } from "../../src/broker/redis.ts";
import { Redis } from "../../src/config/redis.ts";
import { seconds } from "../../src/time.ts";
import { explain, type Trouble } from "../../src/trouble.ts";
import { certificates } from "../support/certificates.ts";
import { folder } from "../support/folder.ts";
import { holder, kill9 } from "../support/holder.ts";
import { freePort, redis } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { stall } from "../support/stall.ts";
import { all, beside, brokers, DONE, drain, numbered, SOON } from "./contract.ts";

function open(t: TestContext, config: Redis, password?: string, who?: Who): RedisStreams {
  const broker = new RedisStreams(config, password, who);
  t.after(() => broker[Symbol.asyncDispose]());
  return broker;
}

brokers("redis", async (t: TestContext) => {
  const server = await redis(t);
  return async () => open(t, server.config());
});

test("redis: an entry without the field is a message made of its fields, so a shell needs no JSON", async (t) => {
  const server = await redis(t);
  await server.cli("XADD", "sheepdog:barks", "*", "host", "nas", "tag", "SCRUB", "level", "fail");
  await server.cli("XADD", "sheepdog:barks", "*", "x", "y", "bark", "the message");
  await server.cli("XADD", "sheepdog:barks", "*", "bark", "bytes \xff");
  const found = await open(t, server.config()).peek("barks", 10);
  assert.deepEqual(JSON.parse(found[0]?.body ?? ""), { host: "nas", tag: "SCRUB", level: "fail" });
  assert.equal(found[1]?.body, "the message");
});

test("redis: of 10,000 messages none is lost when Redis is killed and restarted in the middle", async (t) => {
  const server = await redis(t);
  const [publisher, consumer] = [open(t, server.config()), open(t, server.config())];
  const seen = new Set<string>();
  const lost: Error[] = [];
  let ready = 0;
  const take = async (batch: readonly { readonly body: string }[]) => {
    for (const { body } of batch) seen.add(body);
    return batch.map(() => DONE);
  };
  const consuming = beside(t, consumer, "barks", take, {
    batch: 50,
    lost: (why) => lost.push(why),
    ready: () => ready++,
  });
  const accepted: string[] = [];
  async function publish(): Promise<void> {
    for (let at = 0; at < 10_000; at += 50) {
      const bodies = Array.from({ length: 50 }, (_, more) => `${at + more}`);
      for (;;) {
        const done = await publisher.publish("barks", bodies).then(
          () => true,
          (error: unknown) => assertLater(error),
        );
        if (done) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      accepted.push(...bodies);
    }
  }
  const publishing = publish();
  for (const limit of [2000, 5000, 8000]) {
    await until("some are through", () => accepted.length > limit);
    await server.kill9();
    await server.start();
  }
  await publishing;
  await until("all are handed over", () => accepted.every((body) => seen.has(body)), 30_000);
  await consuming.stop();
  assert.equal(seen.size, 10_000);
  assert.ok(lost.length >= 1 && ready >= 2, `lost ${lost.length} times, ready ${ready} times`);
  assert.equal(await server.cli("XLEN", "sheepdog:barks"), "0");
});

function assertLater(error: unknown): false {
  assert.equal((error as Trouble).name, "Trouble", String(error));
  assert.equal((error as Trouble).retry, "later", explain(error));
  return false;
}

test("redis: what a killed consumer had in hand is handed over again, oldest first", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  await broker.publish("barks", numbered(300));
  await kill9(await holder(t, "redis", server.socket));
  const seen: string[] = [];
  await broker.consume("barks", drain(), all(DONE, seen));
  assert.deepEqual(seen, numbered(300));
  assert.match(await server.cli("XPENDING", "sheepdog:barks", "sheepdog"), /^0/);
});

test("redis: what the consumer of another machine had in hand is taken over once that is gone, not while it lives", async (t) => {
  const server = await redis(t);
  const gone = seconds(1.5);
  await open(t, server.config()).publish("barks", ["a", "b"]);
  await server.cli("XGROUP", "CREATE", "sheepdog:barks", "sheepdog", "0");
  await server.cli("XREADGROUP", "GROUP", "sheepdog", "dead", "STREAMS", "sheepdog:barks", ">");
  const put: string[] = [];
  const take: Take = async (batch) => {
    put.push(...batch.map(({ body }) => body));
    return batch.map(() => ({ kind: "later", after: seconds(3600) }));
  };
  const living = beside(t, open(t, server.config(), undefined, { consumer: "living", gone }), "barks", take);
  await until("taken over", () => put.length === 2);
  assert.deepEqual(put, ["a", "b"]);

  const seen: string[] = [];
  const other = beside(
    t,
    open(t, server.config(), undefined, { consumer: "other", gone }),
    "barks",
    all(DONE, seen),
  );
  const looks = async (): Promise<number> =>
    Number(/xinfo\|consumers:calls=(\d+)/.exec(await server.cli("INFO", "commandstats"))?.[1]);
  const before = await looks();
  await until("both have looked for the dead again and again", async () => (await looks()) >= before + 10);
  assert.deepEqual(seen, [], "what a living consumer has put off was taken from it");
  await living.stop();
  await until("taken over from that one too, when it has left", () => seen.length === 2);
  assert.deepEqual(seen, ["a", "b"]);
  await other.stop();
});

test("redis: when its data is lost the consumer makes its group again and goes on", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  const seen: string[] = [];
  let ready = 0;
  const consumer = beside(t, broker, "barks", all(DONE, seen), { ready: () => ready++ });
  await until("ready", () => ready === 1);
  await server.cli("FLUSHALL");
  await broker.publish("barks", ["after"]);
  await until("handed over", () => seen.includes("after"));
  await consumer.stop();
});

test("redis: a message that somebody deleted while it was put off is forgotten", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  await broker.publish("mail", ["a", "b"]);
  let calls = 0;
  const consumer = beside(t, broker, "mail", async (batch) => {
    calls++;
    return batch.map(({ body }) => (body === "a" ? { kind: "later", after: seconds(0.3) } : DONE));
  });
  await until("put off", () => calls > 0);
  const [first] = await broker.peek("mail", 1);
  assert.equal(await broker.remove("mail", first?.id ?? ""), true);
  await until("forgotten", async () =>
    (await server.cli("XPENDING", "sheepdog:mail", "sheepdog")).startsWith("0"),
  );
  assert.equal(calls, 1);
  await consumer.stop();
});

test("redis: a mail that was sent is not handed over again when Redis goes away before it is acknowledged", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  await broker.publish("mail", ["once"]);
  const seen: string[] = [];
  let ready = 0;
  const take = async (batch: readonly { readonly body: string }[]) => {
    seen.push(...batch.map(({ body }) => body));
    if (seen.length === 1) await server.kill9();
    return batch.map(() => DONE);
  };
  const consumer = beside(t, broker, "mail", take, { ready: () => ready++ });
  await until("taken", () => seen.length === 1);
  await server.start();
  await until("back", () => ready === 2);
  await until("acknowledged", async () => (await server.cli("XLEN", "sheepdog:mail")) === "0");
  assert.deepEqual(seen, ["once"]);
  await consumer.stop();
});

test("redis: a consumer that starts while Redis is away says so once, and begins when it is there", async (t) => {
  const port = await freePort();
  const broker = open(t, Redis.parse({ port }));
  const lost: string[] = [];
  let ready = false;
  const consumer = beside(t, broker, "barks", all(DONE), {
    lost: (why) => lost.push(explain(why)),
    ready: () => (ready = true),
  });
  await until("told", () => lost.length > 0);
  await redis(t, { settings: ["--port", String(port)] });
  await until("ready", () => ready);
  assert.equal(lost.length, 1);
  assert.match(lost[0] ?? "", /is away: check that it runs/);
  await consumer.stop();
});

test("redis: told to stop while Redis is away, a consumer leaves at once", async (t) => {
  const broker = open(t, Redis.parse({ port: await freePort() }));
  let lost = 0;
  const consumer = beside(t, broker, "barks", all(DONE), { lost: () => lost++ });
  await until("told", () => lost > 0);
  const since = performance.now();
  await consumer.stop();
  assert.ok(performance.now() - since < SOON);
});

test("redis: told to stop while it begins and Redis does not answer, a consumer leaves at once", async (t) => {
  const server = await redis(t);
  stall(t, server.pid());
  const consumer = beside(t, open(t, server.config({ timeout: "30s" })), "barks", all(DONE), {
    lost: (why) => assert.fail(why),
  });
  await until("it is connected", () => connections(server.port) > 0);
  const since = performance.now();
  await consumer.stop();
  process.kill(server.pid(), "SIGCONT");
  assert.ok(performance.now() - since < SOON);
});

/** How many connections to a local port the kernel has made. */
function connections(port: number): number {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .filter((line) => (line.trim().split(/\s+/)[2] ?? "").endsWith(remote)).length;
}

test("redis: told to stop while Redis does not answer, a consumer leaves at once", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  let ready = false;
  const consumer = beside(t, broker, "barks", all(DONE), { ready: () => (ready = true) });
  await until("ready", () => ready);
  stall(t, server.pid());
  const since = performance.now();
  await consumer.stop();
  assert.ok(performance.now() - since < SOON);
  const silent = await open(t, server.config({ timeout: "200ms" }))
    .publish("barks", ["x"])
    .catch((error: unknown) => error as Trouble);
  process.kill(server.pid(), "SIGCONT");
  assert.match(explain(silent), /is silent/);
});

test("redis: with `once` a broker that is away is said at once, not waited for", async (t) => {
  const broker = open(t, Redis.parse({ port: await freePort() }));
  await assert.rejects(broker.consume("barks", drain(), all(DONE)), /is away/);
  await assert.rejects(broker.publish("barks", ["x"]), { name: "Trouble", retry: "later" });
});

test("redis: a full Redis refuses what is new and lets the rest be drained, the dead staying where they are", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config());
  await broker.publish("barks", ["bad", ...numbered(20)]);
  await server.cli("CONFIG", "SET", "maxmemory", "1");
  await assert.rejects(
    broker.consume("barks", drain(), all(DONE)),
    /is full/,
    "there is no consumer group yet",
  );
  await server.cli("CONFIG", "SET", "maxmemory", "0");
  await server.cli("XGROUP", "CREATE", "sheepdog:barks", "sheepdog", "0");
  await server.cli("CONFIG", "SET", "maxmemory", "1");
  await assert.rejects(broker.publish("barks", ["more"]), {
    name: "Trouble",
    retry: "later",
    advice: /raise maxmemory/,
  });
  const seen: string[] = [];
  await broker.consume("barks", drain({ batch: 7 }), async (batch) => {
    seen.push(...batch.map(({ body }) => body));
    return batch.map(({ body }) => (body === "bad" ? { kind: "dead", reason: "bad" } : DONE));
  });
  assert.deepEqual(seen, ["bad", ...numbered(20)]);
  assert.deepEqual(
    (await broker.peek("barks", 10)).map(({ body }) => body),
    ["bad"],
  );
});

test("redis: a wrong password is told with its cure, and never shown", async (t) => {
  const server = await redis(t, {
    settings: ["--requirepass", "another"],
    login: ["-a", "another", "--no-auth-warning"],
  });
  const broker = open(t, server.config(), "guessed-it");
  const refused = await broker.publish("barks", ["x"]).catch((error: unknown) => error as Trouble);
  assert.match(explain(refused), /refuses the password: check `user`/);
  assert.ok(!explain(refused).includes("guessed-it"));
  const lost: string[] = [];
  const consumer = beside(t, broker, "barks", all(DONE), { lost: (why) => lost.push(explain(why)) });
  await until("told", () => lost.length > 0);
  assert.match(lost[0] ?? "", /refuses the password/);
  await server.cli("CONFIG", "SET", "requirepass", "guessed-it");
  await consumer.stop();
});

test("redis: messages of a quarter of a megabyte are read a few at a time", async (t) => {
  const server = await redis(t);
  const broker = open(t, server.config({ timeout: "20s" }));
  await broker.publish(
    "barks",
    Array.from({ length: 200 }, (_, at) => `${at} ${"x".repeat(250_000)}`),
  );
  const sizes: number[] = [];
  await broker.consume("barks", drain({ batch: 1000 }), async (batch) => {
    sizes.push(batch.length);
    return batch.map(() => DONE);
  });
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    200,
  );
  assert.ok(Math.max(...sizes) <= 64 && (sizes.at(-2) ?? 0) <= 40, sizes.join(" "));
});

test("redis: over a Unix socket, in another database, and with TLS", async (t) => {
  const pems = certificates(folder(t));
  const settings = ["--tls-cert-file", pems.cert, "--tls-key-file", pems.key, "--tls-ca-cert-file", pems.ca];
  const server = await redis(t, { tls: true, settings });
  for (const config of [
    server.config({ host: "localhost", ...pems }),
    Redis.parse({ socket: server.socket, db: 3 }),
  ]) {
    const broker = open(t, config);
    await broker.publish("barks", numbered(10));
    const seen: string[] = [];
    await broker.consume("barks", drain(), all(DONE, seen));
    assert.deepEqual(seen, numbered(10));
  }
  const stranger = open(t, server.config({ host: "localhost", tls: true }));
  await assert.rejects(stranger.publish("barks", ["x"]), /certificate that is not trusted/);
  await assert.rejects(
    open(t, Redis.parse({ socket: server.socket, db: 99 })).publish("barks", ["x"]),
    /no database of that number/,
  );
});
