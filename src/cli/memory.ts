import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** What was typed before, the newest first, as node:readline has it; only its owner may read it. */
export class Memory {
  static readonly MOST = 1000;
  readonly lines: readonly string[];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
    this.lines = read(file);
  }

  keep(lines: readonly string[]): void {
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      const half = `${this.#file}.${process.pid}`;
      writeFileSync(half, `${lines.slice(0, Memory.MOST).toReversed().join("\n")}\n`, { mode: 0o600 });
      renameSync(half, this.#file);
    } catch {
      // A question is answered all the same where nothing can be remembered.
    }
  }
}

function read(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean).toReversed();
  } catch {
    return []; // nothing was asked yet
  }
}
