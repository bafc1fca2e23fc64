import { realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";

/** Why a file of the administrator's is not to be relied on, with the cure: what others can write to could be anything
 * by the time it is used.
 * @returns undefined when it and the folders it is in belong to root or to this user, and nobody else can write to them
 * @throws the system's error, such as ENOENT */
export function untrusted(file: string, stats: Stats = statSync(file)): string | undefined {
  const real = realpathSync(file);
  for (const [path, about] of [
    [file, stats],
    [dirname(file), statSync(dirname(file))],
    [dirname(real), statSync(dirname(real))],
  ] as const) {
    if ((about.mode & 0o022) !== 0) return `others may write to ${path}; run \`chmod go-w ${path}\``;
    if (about.uid !== 0 && about.uid !== process.geteuid?.())
      return `${path} belongs to neither root nor this user; run \`chown root ${path}\``;
  }
  return undefined;
}
