import type { Redis } from "./redis.ts";
import { secret } from "./secret.ts";

/** The password for Redis, for whoever connects: `redis.password` or the file that `redis.secret` names (the schema
 * refuses both at once), else the systemd credential `redis`, else none.
 * @throws Trouble as `secret` does */
export function redisPassword(
  redis: Pick<Redis, "password" | "secret">,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  return redis.password ?? secret("redis", redis.secret, environment);
}
