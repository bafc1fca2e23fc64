/** How far a long work is: a bar on stderr, where a person looks and it takes more than a second. Gone at its end. */
export class Progress implements Disposable {
  readonly #began = performance.now();
  #shown = 0;

  /** @param done  0 to 1
   * @param words  what is at hand */
  show(done: number, words: string): void {
    const at = performance.now();
    if (!process.stderr.isTTY || at - this.#began < PATIENCE || at - this.#shown < APART) return;
    this.#shown = at;
    const full = Math.round(done * WIDTH);
    const bar = `${"#".repeat(full)}${".".repeat(WIDTH - full)}`;
    process.stderr.write(`\r[${bar}] ${String(Math.round(done * 100)).padStart(3)} %  ${words}${CLEAR}`);
  }

  [Symbol.dispose](): void {
    if (this.#shown > 0) process.stderr.write(`\r${CLEAR}`);
  }
}

/** Milliseconds. */
const PATIENCE = 1000;
const APART = 100;
const WIDTH = 40;
/** To the end of the line (ECMA-48, EL). */
const CLEAR = "\u001b[K";
