// A consumer to be killed: takes a batch, says so, and never finishes it.
import { RedisStreams } from "../../src/broker/redis.ts";
import { Spool } from "../../src/broker/spool.ts";
import { Redis } from "../../src/config/redis.ts";

const [kind, place = "", queue = "barks"] = process.argv.slice(2);
const broker =
  kind === "redis" ? new RedisStreams(Redis.parse({ socket: place }), undefined) : new Spool(place);
const forever = setInterval(() => undefined, 60_000);
await broker.consume(
  queue,
  { batch: 100, once: false, signal: new AbortController().signal },
  async (batch) => {
    process.stdout.write(`took ${batch.length}\n`);
    await new Promise(() => forever);
    return [];
  },
);
