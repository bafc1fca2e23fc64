import { lstatSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { errno, Trouble } from "../trouble.ts";
import { type Box, box } from "./box.ts";
import type { Dead } from "./contract.ts";
import { type Letter, readLetter } from "./letter.ts";
import { mishap } from "./mishap.ts";

/** Files in a queue of the spool that are no messages are laid aside, and what is said of them in `dead` names them. */

/** The name of such a file. It is looked for in its place and nowhere else, whatever somebody writes into `dead`. */
export const ASIDE_NAME = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What stays where it is: a folder with something in it that is another user's can be taken nowhere else. With a dot
 * in front it is neither looked at again nor seen by `DirectoryNotEmpty=` of a path unit. */
export const HIDDEN = ".aside-";

/** Where a file that was laid aside may be. */
export const asidePlaces = (folders: Box, name: string): readonly [beside: string, hidden: string] => [
  join(folders.aside, name),
  join(folders.new, `${HIDDEN}${name}`),
];

/** Reads a file that was laid aside: what could not be read then may be readable now, or to whoever asks.
 * @throws Trouble where it is no message still, with what to do */
export function readAside(spool: string, dead: Aside): Letter {
  const path = find(spool, dead);
  if (path === undefined)
    throw new Trouble(`the file that was laid aside as ${dead.aside} is no longer there`, { advice: DROP });
  const letter = readLetter(path);
  if (letter.ok) return letter.value;
  const { kind, reason } = letter.fault;
  throw new Trouble(`${path}: ${reason}`, kind === "unreadable" ? {} : { advice: DROP });
}

/** Removes a file that was laid aside, if it is still there.
 * @throws Trouble where it cannot be removed, with what to do */
export function removeAside(spool: string, dead: Aside): void {
  const path = find(spool, dead);
  if (path === undefined) return;
  try {
    if (lstatSync(path).isDirectory()) rmdirSync(path);
    else unlinkSync(path);
  } catch (error) {
    throw notRemoved(path, error);
  }
}

/** What is dead and lies aside as a file. */
export type Aside = Dead & Required<Pick<Dead, "aside">>;

const DROP = "drop it, see `sheepdog dead drop --help`";
const ROOT = "run this as root";

function find(spool: string, { queue, aside }: Aside): string | undefined {
  return asidePlaces(box(spool, queue), aside).find(there);
}

function there(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    if (errno(error) === "ENOENT") return false;
    throw mishap("look at", path, error, ROOT);
  }
}

function notRemoved(path: string, error: unknown): Trouble {
  // Not by us: whoever left it may still be at work in it, and lead root elsewhere.
  if (errno(error) === "ENOTEMPTY")
    return new Trouble(`${path} is a folder with something in it`, {
      advice: "look at it, remove it with `rm -r`, and drop this again",
    });
  return mishap("remove", path, error, ROOT);
}
