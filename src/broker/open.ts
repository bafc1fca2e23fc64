import { redisPassword } from "../config/password.ts";
import type { Config } from "../config/schema.ts";
import type { Broker } from "./contract.ts";

/** The broker that is configured: Redis, or else the spool. Only the one that is needed is loaded.
 * @throws Trouble when the password cannot be read. Whether Redis answers is not tried here */
export async function openBroker(config: Config, spool: string): Promise<Broker> {
  if (config.redis === undefined) {
    const { Spool } = await import("./spool.ts");
    return new Spool(spool);
  }
  const { RedisStreams } = await import("./redis.ts");
  return new RedisStreams(config.redis, redisPassword(config.redis));
}
