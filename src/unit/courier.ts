import type { Broker } from "../broker/contract.ts";
import type { Outgoing, Writer } from "../history/writer.ts";
import { explain, Trouble } from "../trouble.ts";

/** Messages carried in one go. */
const ARMFUL = 500;
/** Milliseconds before a broker that took nothing is asked again, at first and at most. */
const PAUSE = { first: 1000, most: 30_000 } as const;

/** Carries what waits in the outbox to its queues, beside the handling of the next batch. A message is taken out of
 * the outbox once its queue has it: a kill in between makes it leave twice, and its reader knows it by its key. */
export class Courier implements AsyncDisposable {
  readonly #writer: Writer;
  readonly #broker: Broker;
  readonly #say: (line: string) => void;
  #walk: Promise<void> | undefined;
  /** The last message that its queue has, while it is not yet taken out. */
  #left: Outgoing | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(writer: Writer, broker: Broker, say: (line: string) => void) {
    this.#writer = writer;
    this.#broker = broker;
    this.#say = say;
  }

  /** There may be something to carry. Also asked for after every failure: what failed may work now. */
  wake(): void {
    this.#again = true;
    this.#walk ??= this.#run();
  }

  /** Carries what waits, and leaves. What cannot leave stays for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.wake();
    await this.#walk;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      while (this.#again) {
        this.#again = false;
        await this.#carry();
        if (this.#failures > 0) this.#say("what waited in the outbox has left");
        this.#failures = 0;
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "Trouble") throw error;
      this.#postpone(error as Trouble);
    } finally {
      // Here and not when the promise has settled, which is later: whoever wakes in between would not be heard.
      this.#walk = undefined;
    }
  }

  async #carry(): Promise<void> {
    for (;;) {
      this.#strike();
      const messages = this.#writer.waiting(ARMFUL);
      if (messages.length === 0) return;
      for (const run of runs(messages)) {
        const last = run.at(-1) as Outgoing;
        await this.#broker.publish(
          last.queue,
          run.map(({ body }) => body),
        );
        this.#left = last;
        this.#strike();
      }
    }
  }

  /** Takes what has left out of the outbox. Where that fails (a full disk) it is not sent again the next time. */
  #strike(): void {
    if (this.#left !== undefined) this.#writer.posted(this.#left);
    this.#left = undefined;
  }

  #postpone(trouble: Trouble): void {
    const pause = Math.min(PAUSE.most, PAUSE.first * 2 ** this.#failures++);
    if (this.#failures === 1) this.#say(`mail waits in the outbox and is tried again: ${explain(trouble)}`);
    this.#timer = setTimeout(() => this.wake(), pause);
  }
}

/** Neighbours for the same queue together, so that all leave in the order in which they were decided. */
function runs(messages: readonly Outgoing[]): readonly (readonly Outgoing[])[] {
  const all: Outgoing[][] = [];
  for (const message of messages) {
    const run = all.at(-1);
    if (run?.[0]?.queue === message.queue) run.push(message);
    else all.push([message]);
  }
  return all;
}
