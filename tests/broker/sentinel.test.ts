import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RedisStreams } from "../../src/broker/redis.ts";
import { deliver } from "../../src/broker/wire.ts";
import { Redis } from "../../src/config/redis.ts";
import { folder } from "../support/folder.ts";
import { freePort, redis, type Server } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { all, beside, DONE } from "./contract.ts";

/** A sentinel that changes the role of a server ends the connections of its clients, redis-cli's too. */
const replication = (server: Server, is: RegExp): Promise<boolean> =>
  server.cli("INFO", "replication").then(
    (info) => is.test(info),
    () => false,
  );

test("barks go where the sentinel says the master is, also after that has changed", async (t) => {
  const [first, second] = [await redis(t), await redis(t)];
  await second.cli("REPLICAOF", "127.0.0.1", String(first.port));
  const conf = join(folder(t), "sentinel.conf");
  writeFileSync(
    conf,
    `sentinel monitor herd 127.0.0.1 ${first.port} 1
     sentinel down-after-milliseconds herd 500
     sentinel failover-timeout herd 5000\n`,
  );
  const sentinel = await redis(t, { sentinel: true, conf, settings: [] });
  await until("the replica is in step", () => replication(second, /master_link_status:up/));
  const config = Redis.parse({
    sentinels: [`127.0.0.1:${await freePort()}`, `127.0.0.1:${sentinel.port}`],
    master: "herd",
  });
  const broker = new RedisStreams(config, undefined);
  t.after(() => broker[Symbol.asyncDispose]());
  const seen: string[] = [];
  const consumer = beside(t, broker, "barks", all(DONE, seen));
  await deliver(config, undefined, ["before"]);
  await until("handed over", () => seen.includes("before"));

  // A sentinel hears of replicas when it asks the master, every ten seconds.
  const replicas = async (): Promise<string> => await sentinel.ask("SENTINEL", "replicas", "herd");
  await until(
    "the sentinel knows the replica",
    async () => (await replicas()).includes(String(second.port)),
    30_000,
  );
  await first.kill9();
  await until("the other is master", () => replication(second, /role:master/), 30_000);
  await until("taken", () =>
    deliver(config, undefined, ["after"]).then(
      () => true,
      () => false,
    ),
  );
  await until("handed over", () => seen.includes("after"), 30_000);
  await consumer.stop();
});

test("a sentinel that does not know the master, or none that answers, is said", async (t) => {
  const conf = join(folder(t), "sentinel.conf");
  writeFileSync(conf, "");
  const sentinel = await redis(t, { sentinel: true, conf });
  const at = (port: number): Redis =>
    Redis.parse({ sentinels: [`127.0.0.1:${port}`], master: "herd", timeout: "5s" });
  await assert.rejects(deliver(at(sentinel.port), undefined, ["x"]), {
    name: "Trouble",
    message: /redis herd of 127\.0\.0\.1:\d+ cannot be found/,
  });
  await assert.rejects(deliver(at(await freePort()), undefined, ["x"]), { name: "Trouble", retry: "later" });
});
