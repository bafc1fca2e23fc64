import { join } from "node:path";
import { Asker } from "../history/asker.ts";
import { Reader } from "../history/reader.ts";
import { limit } from "../limit.ts";
import type { Compiled } from "../logic/compile.ts";
import type { Book } from "../rules/book.ts";
import { relationsOf } from "../rules/relations.ts";
import type { Text } from "../rules/text.ts";
import { type Epoch, formatSpan, seconds } from "../time.ts";

/** How long the rules of one hook may take. */
const LONGEST = seconds(30);
const wordsOf = (hook: string): string =>
  `sheepdog-rounds: the rules of ${hook} have no answer within ${formatSpan(LONGEST)}: ask for less in them; \`sheepdog rules test\` shows how long they take\n`;

/** What a hook is asked with. */
interface Asked {
  readonly asker: Asker;
  readonly reader: Reader;
  /** Undefined where there are no rules of it. */
  readonly query: Compiled | undefined;
}

/** The rules in force, and what they are asked of: opened once, and read once, for all that is asked at the rounds. */
export class Asking implements Disposable {
  readonly now: Epoch;
  readonly #texts: readonly Text[];
  readonly #rules: typeof import("../rules/book.ts");
  readonly #asker: Asker;
  readonly #reader: Reader;
  #book: Book | undefined;

  private constructor(
    texts: readonly Text[],
    history: string,
    now: Epoch,
    rules: typeof import("../rules/book.ts"),
  ) {
    this.now = now;
    this.#texts = texts;
    this.#rules = rules;
    this.#asker = new Asker(history);
    this.#reader = new Reader(history);
  }

  /** @param state  folder of the handler's state
   * @throws Trouble when the history cannot be read */
  static async open(texts: readonly Text[], state: string, now: Epoch): Promise<Asking> {
    return new Asking(texts, join(state, "history.db"), now, await import("../rules/book.ts"));
  }

  /** Asks the rules of a hook. What takes too long ends this process.
   * @throws Trouble when there is no answer */
  ask<Answer>(hook: "alert" | "react", work: (asked: Asked) => Answer): Answer {
    // SIGTERM would wait for the loop, and the loop for SQLite.
    using _ = limit(LONGEST, wordsOf(hook), "SIGKILL");
    const { read, hookQuery } = this.#rules;
    this.#book ??= read(this.#texts, relationsOf(this.#asker));
    const query = hookQuery(hook, this.#book, this.now);
    return work({ asker: this.#asker, reader: this.#reader, query });
  }

  [Symbol.dispose](): void {
    this.#asker[Symbol.dispose]();
    this.#reader[Symbol.dispose]();
  }
}
