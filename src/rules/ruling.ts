import { isAddress } from "../address.ts";
import type { Bark } from "../bark.ts";
import type { Batch } from "../history/batch.ts";
import type { Compiled } from "../logic/compile.ts";
import type { Epoch } from "../time.ts";
import { explain } from "../trouble.ts";
import type { Book } from "./book.ts";

type About = Pick<Bark, "host" | "tag">;

/** Milliseconds that one question may take, and all within one transaction, which may tell of a thousand troubles. */
const EACH = 250;
const ALL = 5000;
/** Addresses of one notice. */
const MOST = 32;

/** What the rules in force say while it is decided who is told what. A rule that fails, or takes too long, says nothing,
 * and that is said once. */
export class Ruling {
  readonly #mute: Compiled | undefined;
  readonly #mailto: Compiled | undefined;
  readonly #say: (line: string) => void;
  readonly #said = new Set<string>();
  #batch: Batch | undefined;
  #spent = 0;

  constructor({ mute, mailto }: Pick<Book, "mute" | "mailto">, say: (line: string) => void) {
    this.#mute = mute;
    this.#mailto = mailto;
    this.#say = say;
  }

  /** Whether there are rules of `mute`, and of `mailto`. */
  get mutes(): boolean {
    return this.#mute !== undefined;
  }
  get routes(): boolean {
    return this.#mailto !== undefined;
  }

  muted(about: About, batch: Batch, now: Epoch): boolean {
    const rows = this.#ask("mute", this.#mute, { about, batch, now, limit: 1 });
    return rows.length > 0;
  }

  /** Whom rules say to tell by mail, and what they say that is no address. */
  mailto(
    about: About,
    batch: Batch,
    now: Epoch,
  ): { readonly to: readonly string[]; readonly odd: readonly string[] } {
    const rows = this.#ask("mailto", this.#mailto, { about, batch, now, limit: MOST });
    const all = rows.map(([address]) => String(address ?? ""));
    return { to: all.filter(isAddress), odd: all.filter((one) => !isAddress(one)) };
  }

  #ask(
    name: string,
    compiled: Compiled | undefined,
    {
      about: { host, tag },
      batch,
      now,
      limit,
    }: {
      readonly about: About;
      readonly batch: Batch;
      readonly now: Epoch;
      readonly limit: number;
    },
  ): ReturnType<Batch["ask"]> {
    if (compiled === undefined) return [];
    if (batch !== this.#batch) [this.#batch, this.#spent] = [batch, 0];
    const left = Math.min(EACH, ALL - this.#spent);
    if (left <= 0) return [];
    const began = performance.now();
    const { sql, parameters } = compiled;
    try {
      return batch.ask({ sql, parameters: { ...parameters, host, tag, now } }, limit, left);
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      this.#tell(`${name} is not heeded where it has no answer: ${explain(error)}`);
      return [];
    } finally {
      // What takes too long once would do so a thousand times: in this transaction nothing more is asked.
      const took = performance.now() - began;
      this.#spent = took < left ? this.#spent + took : ALL;
    }
  }

  #tell(line: string): void {
    if (this.#said.has(line) || this.#said.size > 100) return;
    this.#said.add(line);
    this.#say(line);
  }
}
