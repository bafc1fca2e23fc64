import { setTimeout as pause } from "node:timers/promises";
import type { Message, Verdict } from "../broker/contract.ts";
import { milliseconds, type Seconds, seconds } from "../time.ts";

/** Messages in hand at once, at the most. */
const ROOM = 32;

/** Several messages in hand at once, so that one that takes long (a server that lets us wait for a minute)
 * does not hold up the batches behind it: after a while the queue is told "later" and the work goes on; when
 * the queue hands the message over again, it gets what came of it. */
export class Hands {
  readonly #work: (message: Message) => Promise<Verdict>;
  readonly #patience: Seconds | undefined;
  /** What is being done, or is done and not yet fetched, by message. */
  readonly #begun = new Map<string, Promise<Verdict>>();
  readonly #busy = new Set<Promise<unknown>>();

  /** @param patience  how long a batch may take; for ever when absent */
  constructor(work: (message: Message) => Promise<Verdict>, patience: Seconds | undefined) {
    this.#work = work;
    this.#patience = patience;
  }

  /** One verdict a message. Throws what the work throws. */
  async take(batch: readonly Message[]): Promise<readonly Verdict[]> {
    const begun: Promise<Verdict>[] = [];
    for (const message of batch) {
      while (this.#busy.size >= ROOM) await Promise.race(this.#busy);
      begun.push(this.#begin(message));
    }
    const verdicts = await this.#within(begun);
    batch.forEach((message, at) => verdicts[at] !== undefined && this.#begun.delete(message.id));
    return verdicts.map((verdict) => verdict ?? { kind: "later", after: this.#patience ?? seconds(1) });
  }

  /** Waits until nothing is in hand, but not for longer than this. */
  async clear(limit: Seconds): Promise<void> {
    const stop = new AbortController();
    const patience = pause(milliseconds(limit), undefined, { signal: stop.signal }).catch(() => undefined); // aborted: all is done
    await Promise.race([Promise.allSettled(this.#busy), patience]);
    stop.abort();
  }

  #begin(message: Message): Promise<Verdict> {
    const known = this.#begun.get(message.id);
    if (known !== undefined) return known;
    const begun = this.#work(message);
    this.#begun.set(message.id, begun);
    const over: Promise<unknown> = begun
      // The fault is for `take`. After Trouble the message is begun again when it is handed over again; a bug
      // waits there to be fetched, also when the batch went on without it.
      .catch((error: unknown) => (error as Error).name === "Trouble" && this.#begun.delete(message.id))
      .then(() => this.#busy.delete(over));
    this.#busy.add(over);
    return begun;
  }

  /** What is done within the patience; undefined for what is not. */
  async #within(begun: readonly Promise<Verdict>[]): Promise<readonly (Verdict | undefined)[]> {
    if (this.#patience === undefined) return Promise.all(begun);
    const stop = new AbortController();
    const up = pause(milliseconds(this.#patience), undefined, { signal: stop.signal }).catch(() => undefined); // aborted: all is done
    try {
      return await Promise.all(begun.map((one) => Promise.race([one, up])));
    } finally {
      stop.abort();
    }
  }
}
