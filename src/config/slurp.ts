import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { errno, Trouble } from "../trouble.ts";

export interface Slurped {
  readonly bytes: Buffer;
  /** Of the very file that was read: nobody can exchange it between a check and the reading. */
  readonly stats: Stats;
}

/** Reads a small file whole. A pipe will do, as `-c <(pass show sheepdog)` gives one.
 * @param limit  bytes
 * @throws Trouble when it cannot be read, is a folder, or is longer */
export function slurp(file: string, limit: number): Slurped {
  const descriptor = attempt(file, () => openSync(file, "r"));
  try {
    const stats = fstatSync(descriptor);
    // Not sized by the stats: a pipe and a file in /proc have none, and a file may grow meanwhile.
    const bytes = Buffer.allocUnsafe(limit + 1);
    let length = 0;
    for (let more = 1; more > 0 && length <= limit; length += more) {
      more = attempt(file, () => readSync(descriptor, bytes, length, bytes.length - length, null));
    }
    if (length > limit)
      throw new Trouble(`${file} is longer than ${limit} bytes`, { advice: "name the right file" });
    return { bytes: bytes.subarray(0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

function attempt<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    const code = errno(error) ?? "unknown";
    throw new Trouble(`cannot read ${file} (${code})`, {
      advice: ADVICE[code] ?? "check that it is there and may be read",
      cause: error,
    });
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder; name a file in it",
  EACCES: "let this user read it: it belongs to another (see `ls -l`)",
  ENOENT: "correct its name, or make it",
};
