import { type Dirent, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { matches } from "../glob.ts";
import { errno, Trouble } from "../trouble.ts";

/** Names that are looked at for one pattern. */
const MOST = 100_000;

/** Whether a path is a pattern. */
export const isPattern = (path: string): boolean => /[*?]/.test(path);

/** The paths that a pattern such as "/srv/backup/*.tar" stands for, sorted; `*` and `?` are within one name, and a
 * name with a dot in front is meant only where the pattern has one, too. What a pattern finds in the middle of a
 * path is entered only where it is a folder and no link to one.
 * @throws Trouble when a folder may not be read, or there is too much to look at */
export async function glob(pattern: string): Promise<readonly string[]> {
  if (!isPattern(pattern)) return existsSync(pattern) ? [pattern] : [];
  let looked = 0;
  let paths: readonly string[] = [pattern.startsWith("/") ? "" : "."];
  const names = pattern.split("/").filter((name) => name !== "");
  for (const [at, name] of names.entries()) {
    const last = at === names.length - 1;
    if (!isPattern(name)) {
      paths = paths.map((path) => `${path}/${name}`).filter((path) => !last || existsSync(path));
      continue;
    }
    const found: string[] = [];
    for (const path of paths) {
      const entries = await list(path === "" ? "/" : path);
      looked += entries.length;
      if (looked > MOST)
        throw new Trouble(`${pattern} has more than ${MOST} names to look at`, {
          advice: "make the pattern narrower",
        });
      for (const entry of entries)
        if (fits(entry.name, name) && (last || entry.isDirectory())) found.push(`${path}/${entry.name}`);
    }
    paths = found;
  }
  return [...paths].sort();
}

/** A name with a dot in front is meant only where the pattern has one, too. */
const fits = (name: string, pattern: string): boolean =>
  (!name.startsWith(".") || pattern.startsWith(".")) && matches(pattern, name, "?");

async function list(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = errno(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new Trouble(`cannot look into ${folder} (${code})`, {
      advice: "let the user of this indicator enter it, or name another `user` for it",
    });
  }
}
