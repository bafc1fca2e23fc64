import { createSecureContext } from "node:tls";
import { redisLogin, type Role } from "../config/login.ts";
import type { Redis } from "../config/redis.ts";
import { Trouble } from "../trouble.ts";
import { certificates } from "./certificates.ts";

/** Opens Redis as that unit, and leaves. One that does not answer is no reason to refuse what says where it is.
 * @throws Trouble when a password or a certificate cannot be read or is of no use, and when Redis says so */
export async function tryLogin(before: Redis, role: Role): Promise<void> {
  const { redis, password } = redisLogin(before, role);
  tryCertificates(redis);
  const { Link } = await import("./link.ts");
  try {
    using link = await Link.open(redis, password);
    // Who gives no password is not asked for one before the first word.
    await link.ask(["PING"], redis.timeout, /^NOPERM/);
  } catch (error) {
    if ((error as Trouble).retry === "never") throw error;
  }
}

/** @throws Trouble when a file cannot be read, or `cert` and `key` are no PEM or no pair. What is wrong with `ca` shows when it is used */
export function tryCertificates(redis: Redis): void {
  const pems = certificates(redis);
  try {
    if (pems !== undefined) createSecureContext(pems);
  } catch (error) {
    throw new Trouble(`the certificates of [redis] are of no use (${(error as Error).message})`, {
      kind: "configuration",
      advice: "check that `cert` and `key` are PEM, and that `key` belongs to `cert`",
      cause: error,
    });
  }
}
