import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Trouble } from "../trouble.ts";
import { loose } from "./private.ts";
import { slurp } from "./slurp.ts";

const LIMIT = 4096;

/** A password: from the file that the configuration names (`redis.secret`, `mail.secret`), else from the systemd
 * credential of this name, else none. One newline at the end is not part of it.
 * @throws Trouble when the named file is not to be read, may be read by others, or a secret is empty */
export function secret(
  name: "redis" | `redis-${string}` | "smtp" | `receiver_${string}`,
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (file !== undefined) return secretFile(file);
  const folder = environment["CREDENTIALS_DIRECTORY"];
  // How systemd guards its credentials is its business: their mode differs from version to version.
  const credential = folder ? join(folder, name) : undefined;
  return credential !== undefined && existsSync(credential)
    ? clean(slurp(credential, LIMIT).bytes, credential)
    : undefined;
}

/** The secret in a file of its own, which nobody else may read.
 * @throws Trouble as `secret` does */
export function secretFile(file: string): string {
  // Asked before it is opened, for opening a pipe may wait for ever.
  if (existsSync(file) && !statSync(file).isFile())
    throw new Trouble(`the secret ${file} is no regular file`, {
      kind: "configuration",
      advice: "put the secret into a file of mode 0600",
    });
  const { bytes, stats } = slurp(file, LIMIT);
  const mode = loose(stats);
  if (mode !== undefined)
    throw new Trouble(`the secret ${file} may be read by others (mode ${mode})`, {
      kind: "configuration",
      advice: `run \`chmod 600 ${file}\``,
    });
  return clean(bytes, file);
}

function clean(bytes: Buffer, file: string): string {
  const text = bytes.toString("utf8").replace(/\r?\n$/, "");
  if (text === "")
    throw new Trouble(`the secret ${file} is empty`, {
      kind: "configuration",
      advice: "write the password into it, or do not name it",
    });
  return text;
}
