import type { TestContext } from "node:test";
import { RedisStreams } from "../../src/broker/redis.ts";
import { redis } from "../support/redis.ts";
import { brokers } from "./contract.ts";

brokers("redis", async (t: TestContext) => {
  const server = await redis(t);
  return async () => {
    const broker = new RedisStreams(server.config(), undefined);
    t.after(() => broker[Symbol.asyncDispose]());
    return broker;
  };
});
