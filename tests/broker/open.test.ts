import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openBroker } from "../../src/broker/open.ts";
import { Config } from "../../src/config/schema.ts";
import { folder } from "../support/folder.ts";
import { redis } from "../support/redis.ts";

test("without a configured Redis the spool carries", async (t) => {
  const spool = folder(t);
  const broker = await openBroker(Config.parse({}), spool);
  assert.equal(broker.place, `spool ${spool}`);
  await broker.publish("barks", ["x"]);
  assert.equal((await broker.peek("barks", 1)).length, 1);
});

test("with Redis configured it carries, and its password may be in a file of its own", async (t) => {
  const server = await redis(t, { settings: ["--requirepass", "open sesame"] });
  const secret = join(folder(t), "secret");
  writeFileSync(secret, "open sesame\n", { mode: 0o600 });
  const broker = await openBroker(Config.parse({ redis: { port: server.port, secret } }), folder(t));
  t.after(() => broker[Symbol.asyncDispose]());
  assert.equal(broker.place, `redis 127.0.0.1:${server.port}`);
  await broker.publish("barks", ["x"]);
  assert.equal((await broker.peek("barks", 1)).length, 1);
});
