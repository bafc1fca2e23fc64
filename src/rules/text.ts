import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../config/rules.ts";
import { slurp } from "../config/slurp.ts";
import { errno, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";

/** A file with rules. */
export interface Text {
  readonly file: string;
  readonly text: string;
}

/** Bytes of one file, and how many files. */
const SIZE = 256 * 1024;
const MOST = 500;

/** Reads what is configured: files, and of folders the files in them that are called *.pl. Rules may silence, so what
 * others may write to is refused.
 * @throws Trouble when something of it cannot be read, or is not to be relied on */
export function texts(places: readonly string[]): readonly Text[] {
  const files = new Map(places.flatMap((place) => within(place).map((file) => [file, place])));
  if (files.size > MOST)
    throw new Trouble(`there are more than ${MOST} files with rules`, {
      kind: "configuration",
      advice: "put some together",
    });
  return [...files].map(([file, place]) => {
    const why = unreliable(file, file === place ? undefined : place);
    if (why !== undefined)
      throw new Trouble(`the rules in ${file} are not used`, { kind: "configuration", advice: why });
    return textOf(file);
  });
}

/** Reads one file.
 * @throws Trouble when it cannot be read */
export const textOf = (file: string): Text => ({
  file,
  text: slurp(file, SIZE)
    .bytes.toString("utf8")
    .replace(/^\uFEFF/, ""),
});

function within(place: string): readonly string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    return readdirSync(place)
      .filter((name) => /^[^.].*\.pl$/.test(name))
      .sort()
      .map((name) => join(place, name));
  } catch (error) {
    const code = errno(error) ?? "unknown";
    if (code === "ENOENT" && place === RULES) return [];
    throw new Trouble(`cannot read the rules in ${place} (${code})`, {
      kind: "configuration",
      advice: "correct its name in `rules`, or let this user read it",
      cause: error,
    });
  }
}

function unreliable(file: string, top: string | undefined): string | undefined {
  try {
    return untrusted(file, top);
  } catch {
    return undefined; // it cannot be looked at: whoever reads it says why
  }
}
