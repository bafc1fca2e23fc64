import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Why a file of the administrator's is not to be relied on, with the cure: what others can write to could be anything
 * by the time it is used.
 * @param file  it, and the folders that lead to it from `top`, by this way and by that behind links, must be root's or
 *   this user's, and nobody else's to write to
 * @returns undefined where that is so
 * @throws the system's error, such as ENOENT */
export function untrusted(file: string, top = dirname(file)): string | undefined {
  const real = realpathSync(file);
  for (const path of new Set([...way(file, top), ...way(real, realpathSync(top))])) {
    const { mode, uid } = statSync(path);
    if ((mode & 0o022) !== 0) return `others may write to ${path}; run \`chmod go-w ${path}\``;
    if (uid !== 0 && uid !== process.geteuid?.())
      return `${path} belongs to neither root nor this user; run \`chown root ${path}\``;
  }
  return undefined;
}

/** A path and all above it up to `top`; its folder alone where that does not lead there. */
function way(path: string, top: string): readonly string[] {
  if (path === top) return [path];
  return path.startsWith(`${top}/`) ? [path, ...way(dirname(path), top)] : [path, dirname(path)];
}
