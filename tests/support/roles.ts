import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "./folder.ts";
import { redis, type Server } from "./redis.ts";

/** Files as they ship. */
export const ETC = join(dirname(fileURLToPath(import.meta.url)), "../../../etc");
const ROLES = ["client", "handler", "mailer", "notifier", "agent", "operator", "admin"] as const;
/** The ACL users. */
export type Role = (typeof ROLES)[number];
export const password = (role: Role): string => `open sesame, ${role}`;

/** A server with the files as they ship, and a password for each role in place of the zeros. */
export async function shipped(t: TestContext): Promise<Server> {
  const aclfile = join(folder(t), "users.acl");
  const lines = readFileSync(join(ETC, "users.acl"), "utf8").split("\n");
  const filled = lines.map((line) => {
    const role = ROLES.find((one) => line.startsWith(`user ${one} `));
    return role === undefined
      ? line
      : line.replace("0".repeat(64), createHash("sha256").update(password(role)).digest("hex"));
  });
  writeFileSync(aclfile, filled.join("\n"));
  return redis(t, { conf: join(ETC, "redis.conf"), settings: ["--aclfile", aclfile] });
}
