import { type Bark, type Json, parseBark } from "../bark.ts";
import type { Broker } from "../broker/contract.ts";
import { milliseconds, type Seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";

/** What a machine has answered. */
export interface Answer {
  readonly host: string;
  /** Whether it was done, and went well. */
  readonly well: boolean;
  readonly phase: string;
  readonly summary: string;
  readonly status: number | null;
  readonly signal: string | null;
  /** Seconds. */
  readonly elapsed: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What comes back from those who were asked, until all have answered. Nothing polls: the queue wakes us. */
export class Answers implements AsyncDisposable {
  readonly #broker: Broker;
  readonly #queue: string;
  readonly #stop = new AbortController();
  readonly #missing: Set<string>;
  readonly #got = new Map<string, Answer>();
  readonly #listening: Promise<void>;
  #done: () => void = () => undefined;
  readonly #told: (answer: Answer) => void;

  /** @param id  of the request
   * @param told  about each answer as it comes */
  constructor(broker: Broker, id: string, hosts: readonly string[], told: (answer: Answer) => void) {
    this.#broker = broker;
    this.#queue = `answers:${id}`;
    this.#missing = new Set(hosts);
    this.#told = told;
    let [ready, lost]: [() => void, (why: Error) => void] = [() => undefined, () => undefined];
    this.listens = new Promise((resolve, reject) => ([ready, lost] = [resolve, reject]));
    const over = broker.consume(
      this.#queue,
      // Before it can be read nobody is asked. Afterwards it is tried again for as long as somebody waits.
      { batch: 100, once: false, signal: this.#stop.signal, ready, lost },
      async (messages) => {
        for (const { body } of messages) this.#take(body);
        return messages.map(() => ({ kind: "done" }));
      },
    );
    this.#listening = over;
    this.#listening.catch(lost); // it is awaited below
    this.listens.catch(() => undefined);
  }

  /** Resolves once nothing can be missed.
   * @throws Trouble when the queue cannot be read */
  readonly listens: Promise<void>;

  /** Waits until all have answered, or for so long.
   * @returns what was answered, by host */
  async all(patience: Seconds, signal: AbortSignal): Promise<ReadonlyMap<string, Answer>> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(milliseconds(patience))]);
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      if (this.#missing.size === 0 || limit.aborted) resolve();
      limit.addEventListener("abort", () => resolve());
    });
    return this.#got;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#listening.catch((error: unknown) => {
      if (!(error instanceof Trouble)) throw error;
    });
    // Whoever may not take it away leaves it: it goes by itself in a day.
    await this.#broker.forget(this.#queue).catch(() => undefined);
  }

  #take(body: string): void {
    const bark = parseBark(body, { id: "", time: "1970-01-01T00:00:00Z" });
    if (!bark.ok || !this.#missing.delete(bark.value.host)) return;
    const answer = answerOf(bark.value);
    this.#got.set(answer.host, answer);
    this.#told(answer);
    if (this.#missing.size === 0) this.#done();
  }
}

function answerOf({ host, level, summary, elapsed, content = {} }: Bark): Answer {
  const phase = textOf(content["phase"]);
  return {
    host,
    well: level === "ok" && phase !== "refused",
    phase,
    summary,
    status: typeof content["status"] === "number" ? content["status"] : null,
    signal: typeof content["signal"] === "string" ? content["signal"] : null,
    elapsed,
    stdout: textOf(content["stdout"]),
    stderr: textOf(content["stderr"]),
  };
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
