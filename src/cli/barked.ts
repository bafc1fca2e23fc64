import { existsSync, rmSync, writeFileSync } from "node:fs";
import { stateDirectory } from "../directories.ts";
import { makeFolder } from "../folder.ts";

/** What a client must remember between two runs: that it barked about a tag, so that it says once more when all
 * is well again. One small file a tag; that it is there is all that is asked on the quick path. */
export class Barked {
  readonly #folder: string;
  readonly #file: string;

  /** @param about  the tag, or the command where none was given */
  constructor(about: string) {
    this.#folder = `${stateDirectory("client")}/barked`;
    this.#file = `${this.#folder}/${key(about)}`;
  }

  get yet(): boolean {
    return existsSync(this.#file);
  }

  /** Before the bark leaves: after a crash between the two an "ok" too many is told to nobody, one that is
   * missing would leave a person believing in a failure. */
  remember(tag: string, time: string): void {
    makeFolder(this.#folder, 0o700);
    writeFileSync(this.#file, `${time} ${tag}\n`, { mode: 0o600 });
  }

  /** After the bark has left. */
  forget(): void {
    rmSync(this.#file, { force: true });
  }
}

/** A file name for any text: 64 bits of FNV-1a in two halves. Not for security; loading crypto takes a
 * millisecond and a half. */
export function key(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let at = 0; at < text.length; at++) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(text.length - 1 - at), 0x01000193);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
