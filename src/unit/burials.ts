import type { Dead } from "../broker/contract.ts";
import { printable } from "../printable.ts";

/** Milliseconds for which no other line follows one. */
const QUIET = 60_000;
const LONG = 300;

/** Says of barks that they were given up, and of the first of them why: at once, and then once a minute at the most,
 * for whoever sends one that is wrong may send a thousand. At its end it says what it has not said. */
export class Burials implements Disposable {
  readonly #say: (line: string) => void;
  #count = 0;
  #first = "";
  #quiet: NodeJS.Timeout | undefined;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  tell(dead: readonly Dead[]): void {
    if (this.#count === 0) this.#first = printable(dead[0]?.reason ?? "").slice(0, LONG);
    this.#count += dead.length;
    if (this.#quiet === undefined) this.#speak();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#quiet);
    this.#words();
  }

  #speak(): void {
    this.#quiet = undefined;
    if (this.#words()) this.#quiet = setTimeout(() => this.#speak(), QUIET).unref();
  }

  /** @returns whether there were any */
  #words(): boolean {
    if (this.#count === 0) return false;
    const which = this.#count === 1 ? "a bark is dead" : `${this.#count} barks are dead, the first`;
    this.#say(`${which} because: ${this.#first}; see \`sheepdog dead list\``);
    this.#count = 0;
    return true;
  }
}
