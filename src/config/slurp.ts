import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
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
  // A pipe that nobody writes to must not be waited for for ever: not even a signal would end that.
  const descriptor = attempt(file, () => openSync(file, constants.O_RDONLY | constants.O_NONBLOCK));
  try {
    const stats = fstatSync(descriptor);
    // Not sized by the stats: a pipe and a file in /proc have none, and a file may grow meanwhile. Nor by the limit: of
    // thousands of small files the collector would do nothing but take large buffers away.
    let bytes = Buffer.allocUnsafe(Math.min(FIRST, limit + 1));
    let length = 0;
    const until = Date.now() + PATIENCE;
    for (let more = 1; more > 0 && length <= limit; length += more) {
      const read = (): number => readSync(descriptor, bytes, length, bytes.length - length, null);
      if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, limit + 1));
      more = attempt(file, () => (stats.isFIFO() ? piped(read, length === 0, until) : read()));
    }
    if (length > limit)
      throw new Trouble(`${file} is longer than ${limit} bytes`, {
        kind: "configuration",
        advice: "name the right file",
      });
    return { bytes: bytes.subarray(0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

const FIRST = 16 * 1024;

/** Reads what comes out of a pipe. Before the first word its end only means that nobody has opened it yet. */
function piped(read: () => number, first: boolean, until: number): number {
  for (;;) {
    try {
      const more = read();
      if (more > 0 || !first) return more;
    } catch (error) {
      if (errno(error) !== "EAGAIN") throw error;
    }
    if (Date.now() > until) throw Object.assign(new Error("a silent pipe"), { code: "ETIMEDOUT" });
    Atomics.wait(CLOCK, 0, 0, 10);
  }
}

/** Milliseconds that a pipe may be silent in all. */
const PATIENCE = 5000;
const CLOCK = new Int32Array(new SharedArrayBuffer(4));

function attempt<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    const code = errno(error) ?? "unknown";
    throw new Trouble(`cannot read ${file} (${code})`, {
      kind: "configuration",
      advice: ADVICE[code] ?? "check that it is there and may be read",
      cause: error,
    });
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EISDIR: "it is a folder; name a file in it",
  EACCES: "let this user read it: it belongs to another (see `ls -l`)",
  ETIMEDOUT: "it is a pipe, and nobody writes to it",
  ENOENT: "correct its name, or make it",
};
