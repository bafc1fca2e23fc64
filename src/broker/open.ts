import { redisLogin, type Role } from "../config/login.ts";
import type { Config } from "../config/schema.ts";
import type { Broker } from "./contract.ts";
import type { Who } from "./redis.ts";

/** The broker that is configured: Redis, or else the spool. Only the one that is needed is loaded.
 * @param role  as which unit it is opened; a client when absent
 * @param who  under which name messages are taken, where others could have that of the machine, too
 * @throws Trouble when the password cannot be read. Whether Redis answers is not tried here */
export async function openBroker(config: Config, spool: string, role?: Role, who: Who = {}): Promise<Broker> {
  if (config.redis === undefined) {
    const { Spool } = await import("./spool.ts");
    return new Spool(spool);
  }
  const { RedisStreams } = await import("./redis.ts");
  const { redis, password } = redisLogin(config.redis, role);
  return new RedisStreams(redis, password, who);
}
