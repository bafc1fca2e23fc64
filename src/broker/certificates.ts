import { readFileSync } from "node:fs";
import type { Redis } from "../config/redis.ts";
import { errno, Trouble } from "../trouble.ts";

/** Certificates and keys, as PEM. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** @returns undefined where Redis is spoken to in the clear
 * @throws Trouble when a file cannot be read */
export function certificates(redis: Redis): Certificates | undefined {
  if (!redis.tls && redis.ca === undefined) return undefined;
  return {
    ...(redis.ca === undefined ? {} : { ca: pem(redis.ca) }),
    ...(redis.cert === undefined ? {} : { cert: pem(redis.cert) }),
    ...(redis.key === undefined ? {} : { key: pem(redis.key) }),
  };
}

function pem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Trouble(`cannot read ${file} (${errno(error) ?? "unknown"})`, {
      kind: "configuration",
      advice: "check `ca`, `cert` and `key`, and that this user may read them",
      cause: error,
    });
  }
}
