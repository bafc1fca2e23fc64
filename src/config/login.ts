import { redisPassword } from "./password.ts";
import type { Redis } from "./redis.ts";
import { secret } from "./secret.ts";

/** The units that have an ACL user of their own (etc/users.acl), besides `client` for whoever only barks. */
export type Role = "handler" | "mailer" | "receiver" | "notifier" | "agent" | "operator";

export interface Login {
  /** With the ACL user to be. */
  readonly redis: Redis;
  readonly password: string | undefined;
}

/** Who to be at Redis. A unit to which systemd gives the credential `redis-ROLE` is the user of that name, whatever the
 * configuration says, which is the same for all on one machine; else `user` with its password.
 * @throws Trouble as `secret` does */
export function redisLogin(
  redis: Redis,
  role: Role | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Login {
  const own = role === undefined ? undefined : secret(`redis-${role}`, undefined, environment);
  return role === undefined || own === undefined
    ? { redis, password: redisPassword(redis, environment) }
    : { redis: { ...redis, user: role }, password: own };
}
