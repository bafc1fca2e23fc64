import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, Level } from "../bark.ts";
import { stateDirectory } from "../directories.ts";
import { makeFolder } from "../folder.ts";

/** What is known on this machine of the last reading of an indicator. */
export interface Last {
  /** RFC 3339. */
  readonly time: string;
  readonly level: Level;
  readonly summary: string;
  /** What the plugin told to remember. */
  readonly remember?: Json | undefined;
}

/** Where units keep it, each in a folder of its own; who reads an indicator by hand has one for all. */
const UNITS = "/var/lib/sheepdog-indicator";

/** The folder of an indicator for whoever reads it. */
export const lastFolder = (): string =>
  process.env["STATE_DIRECTORY"]?.split(":")[0] || join(stateDirectory("client"), "indicators");

/** What the last reading left in a folder.
 * @returns undefined when there was none, or it was cut short: then the plugin begins anew */
export function readLast(folder: string, name: string): Last | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Last;
  } catch {
    return undefined; // as documented
  }
}

/** The last reading by a unit, or else by hand by this user. */
export const anyLast = (name: string): Last | undefined =>
  readLast(join(UNITS, name), name) ?? readLast(lastFolder(), name);

/** Whole or not at all, but not flushed to the disk: a power cut costs one comparison with the reading before.
 * @throws the error of the system */
export function writeLast(folder: string, name: string, last: Last): void {
  makeFolder(folder, 0o750);
  const file = join(folder, `${name}.json`);
  writeFileSync(`${file}.tmp`, JSON.stringify(last), { mode: 0o640 });
  renameSync(`${file}.tmp`, file);
}
