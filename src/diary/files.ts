import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { slurp } from "../config/slurp.ts";
import { errno, explain } from "../trouble.ts";
import type { Problem } from "./entry.ts";

/** A file of a diary. */
export interface Text {
  readonly file: string;
  readonly kind: "calendar" | "emacs";
  readonly text: string;
}

/** Bytes of one file, and of all; and how many files. */
const SIZE = 4 * 1024 * 1024;
const SUM = 32 * 1024 * 1024;
const MOST = 5000;
/** What is wrong with the files themselves is wrong with the key that names them. */
const WHERE = "diary.files";

/** Reads what is named: files, and of folders the files in them that are called like diaries. */
export function* texts(named: readonly string[]): Generator<Text | Problem> {
  let sum = 0;
  let count = 0;
  for (const place of named)
    for (const file of within(place)) {
      if (typeof file !== "string") {
        yield file;
        continue;
      }
      const read = load(file);
      yield read;
      sum += "text" in read && "file" in read ? read.text.length : 0;
      if (++count < MOST && sum <= SUM) continue;
      yield {
        where: WHERE,
        text: `more than ${MOST} files or ${SUM} bytes; what comes after ${file} is not read`,
      };
      return;
    }
}

function within(place: string): readonly (string | Problem)[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    return readdirSync(place, { withFileTypes: true })
      .filter(
        (one) =>
          /^(?:[^.].*\.(?:ics|diary)|diary)$/i.test(one.name) && (one.isFile() || one.isSymbolicLink()),
      )
      .map((one) => join(place, one.name))
      .sort();
  } catch (error) {
    const text = `cannot read ${place} (${errno(error) ?? "unknown"}); correct its name, or let this user read it`;
    return [{ where: WHERE, text }];
  }
}

function load(file: string): Text | Problem {
  let text: string;
  try {
    text = slurp(file, SIZE)
      .bytes.toString("utf8")
      .replace(/^\uFEFF/, "");
  } catch (error) {
    return { where: WHERE, text: explain(error) };
  }
  if (/^\s*BEGIN:VCALENDAR/i.test(text)) return { file, kind: "calendar", text };
  if (/\.ics$/i.test(basename(file)))
    return { where: `${file}:1`, text: "no calendar, which begins with BEGIN:VCALENDAR" };
  return { file, kind: "emacs", text };
}
