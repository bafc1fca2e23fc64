import type { Epoch, Seconds } from "../time.ts";

/** "barks", "mail", "notify:NAME", "dead", "jobs:HOST"; "answers:ID" while somebody waits for them. */
export type Queue = string;

/** One message as a queue hands it over. */
export interface Message {
  /** The queue's own name for this entry: unique in the queue, the same at every redelivery. */
  readonly id: string;
  /** When the queue took it. */
  readonly time: Epoch;
  /** What the clock of the machine that handed it in said at that same moment, where that is another machine:
   * the difference is the skew of that clock. */
  readonly sent?: Epoch;
  /** The user id of whoever left it in the spool, where that is neither root nor this user: what such a message says
   * of who it is from is not to be believed. */
  readonly stranger?: number;
  /** UTF-8 text; bytes that are none were replaced by U+FFFD. */
  readonly body: string;
}

/** What became of a message that was handed over. */
export type Verdict =
  | { readonly kind: "done" }
  /** It can never be handled: it moves to the queue `dead`, with the reason. */
  | { readonly kind: "dead"; readonly reason: string }
  /** Not now: it stays in its queue and is handed over again after this span (or after a restart). */
  | { readonly kind: "later"; readonly after: Seconds };

export interface Intake {
  /** Messages in one batch at the most. */
  readonly batch: number;
  /** Leave when the queue is empty, instead of waiting for more. Messages put off stay behind. */
  readonly once: boolean;
  /** Aborted: finish the batch in hand, acknowledge it, and leave. */
  readonly signal: AbortSignal;
  /** Told once it is sure that the queue can be read, and again each time the broker is back. */
  readonly ready?: () => void;
  /** Told why the broker is lost: once, and again when the reason changes. The adapter goes on trying by itself,
   * unless `once`: then `consume` throws it. */
  readonly lost?: (why: Error) => void;
  /** `beat` is called at each turn of the loop, and at least this often while the loop lives: also when nothing
   * comes, and while the broker is lost. */
  readonly pulse?: { readonly every: Seconds; beat(): void };
  /** Told what went to `dead`. */
  readonly buried?: (dead: readonly Dead[]) => void;
  /** Told which others take from this queue while we do, each time that is seen. Where a lock keeps them out nobody is. */
  readonly rivals?: (others: readonly string[]) => void;
}

/** One verdict a message, in the order of the batch. A throw leaves the whole batch unacknowledged. After Trouble,
 * which whoever throws it has told, it is handed over again after a pause; with anything else, a bug, `consume`
 * ends. */
export type Take = (batch: readonly Message[]) => Promise<readonly Verdict[]>;

/** What a message in the queue `dead` holds, as JSON. */
export interface Dead {
  /** The queue it came from, and its id there. */
  readonly queue: Queue;
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly reason: string;
  readonly body: string;
  /** As of the message. */
  readonly stranger?: number;
  /** The name of the file in the spool where it could not be read as a message: that lies aside, and `body` is empty
   * (aside.ts). */
  readonly aside?: string;
}

/** What holds queues. Two adapters pass the same suite of tests: Redis Streams, and the spool. */
export interface Broker extends AsyncDisposable {
  /** Where it is, for a person, without secrets: "redis 127.0.0.1:6379", "spool /var/spool/sheepdog". */
  readonly place: string;
  /** Appends in order. Resolves once all are as durable as the broker can make them.
   * @throws Trouble, retry "later", when the broker does not answer or refuses for now (away, full, loading) */
  publish(queue: Queue, bodies: readonly string[]): Promise<void>;
  /** Hands over batches, each message at least once, one batch at a time, oldest first; takes back what was
   * handed over earlier and never finished. Resolves when it leaves (see Intake). One consumer a queue and place. */
  consume(queue: Queue, intake: Intake, take: Take): Promise<void>;
  /** What is in a queue now, oldest first, without taking it. */
  peek(queue: Queue, limit: number): Promise<readonly Message[]>;
  /** Takes one message out of a queue. @returns whether it was there */
  remove(queue: Queue, id: string): Promise<boolean>;
  /** Takes a queue away, with what is in it. */
  forget(queue: Queue): Promise<void>;
}
