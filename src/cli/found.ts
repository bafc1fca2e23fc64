import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { type Found, find, look } from "../plugin/find.ts";
import { names } from "../plugin/package.ts";
import { Trouble } from "../trouble.ts";

/** The plugin that somebody means: a file where there is one of that name or a folder is named, else a plugin among
 * those of this machine.
 * @throws Trouble when there is none, or it is refused */
export function foundAt(what: string, folders: readonly string[]): Found {
  const there = lstatSync(what, { throwIfNoEntry: false }) !== undefined;
  if (!there && what.includes("/")) throw new Trouble(`there is no file ${what}`, { kind: "configuration" });
  if (!there) return named(what, folders);
  const seen = look(resolve(what));
  if ("kind" in seen) return seen;
  throw new Trouble(`${what} is refused: ${seen.why}`, { kind: "configuration" });
}

/** Whoever has just begun a plugin calls it by its name, and means the file that lies there. */
function named(name: string, folders: readonly string[]): Found {
  try {
    return find(name, folders);
  } catch (error) {
    const near = names(".").find((file) => file.startsWith(`${name}.`) && !file.includes(".test."));
    if (near === undefined) throw error;
    throw new Trouble((error as Error).message, {
      kind: "configuration",
      advice: `the file is \`./${near}\``,
    });
  }
}
