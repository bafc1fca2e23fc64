import { realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Why a file of the administrator's is not to be relied on, with the cure: what others can write to could be anything
 * by the time it is used.
 * @param file  it, and the folders that lead to it from `top`, by this way and by that behind links, must be root's or
 *   this user's, and nobody else's to write to
 * @param top  the folder that is read as a whole; else the file is named, and its own folder is looked at
 * @returns undefined where that is so
 * @throws the system's error, such as ENOENT */
export function untrusted(file: string, top?: string): string | undefined {
  const real = realpathSync(file);
  const read = new Set(top === undefined ? [] : way(file, top));
  const from = top ?? dirname(file);
  for (const path of new Set([...way(file, from), ...way(real, realpathSync(from))])) {
    const { mode, uid } = statSync(path);
    // Into the stores of Nix and Guix, where their links lead, all who build may write; but nobody can put something
    // else in the place of what is root's there.
    const sticky = (mode & 0o1000) !== 0 && !read.has(path);
    if ((mode & 0o022) !== 0 && !sticky) return `others may write to ${path}; run \`chmod go-w ${path}\``;
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
