import type { Broker, Dead, Message, Take } from "../broker/contract.ts";
import { plural } from "../plural.ts";
import { between, formatSpan, milliseconds, now, type Seconds, seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import { stale } from "./stale.ts";
import type { Standing } from "./standing.ts";

/** How a unit consumes its queue. */
export interface Attending {
  readonly queue: string;
  /** Messages in one batch at the most. */
  readonly batch: number;
  /** Leave when the queue is empty. */
  readonly once: boolean;
  /** Aborted: finish the batch in hand and leave. */
  readonly signal: AbortSignal;
  readonly standing: Standing;
  /** Told once messages can be taken, and again each time the broker is back. */
  readonly ready: () => void;
  readonly lost: (why: Error) => void;
  /** Told what went to `dead`. */
  readonly buried?: (dead: readonly Dead[]) => void;
  /** Told which others take from the same queue. */
  readonly rivals?: (others: readonly string[]) => void;
}

/** How long a supervised unit waits at its start for a queue that cannot be read. Then it leaves, and is started
 * again: a start that never ends would leave the machine "starting" for as long. Once it was ready it waits, but for
 * what comes back only to who is started again. */
const PATIENCE: Seconds = seconds(5);

/** After a batch that was handled, the next one comes sooner than this, or the queue is empty. */
const EMPTY: Seconds = seconds(1);

/** Consumes a queue until it is told to leave, and lets the supervisor know how that goes.
 * @throws Trouble when a supervised unit could not read the queue from the start, or what it sees of it is stale, and
 * what `take` throws that is no Trouble */
export async function attend(broker: Broker, attending: Attending, take: Take): Promise<void> {
  const { queue, batch, once, signal, standing } = attending;
  const failed = new AbortController();
  const count = tally(broker.place, queue, standing);
  let patience: NodeJS.Timeout | undefined;
  let empty: NodeJS.Timeout | undefined;

  function ready(): void {
    clearTimeout(patience);
    patience = undefined;
    standing.ready(count.status());
    attending.ready();
  }
  function lost(why: Error): void {
    clearTimeout(empty);
    standing.status(() => `waits: ${explain(why)}`);
    // The configuration is read again, whether or not the broker is there.
    if (standing.began()) standing.ready();
    if (standing.supervised && (!standing.began() || stale(why)))
      patience ??= setTimeout(() => failed.abort(why), milliseconds(PATIENCE));
    attending.lost(why);
  }
  function idle(): void {
    count.idle();
    standing.status(count.status);
  }
  function buried(dead: readonly Dead[]): void {
    count.bury(dead);
    standing.status(count.status);
    attending.buried?.(dead);
  }
  async function counted(messages: readonly Message[]): Promise<Awaited<ReturnType<Take>>> {
    clearTimeout(empty);
    try {
      const verdicts = await take(messages);
      count.add(messages);
      standing.status(count.status);
      empty = setTimeout(idle, milliseconds(EMPTY)).unref();
      return verdicts;
    } catch (error) {
      standing.status(() => `${queue} wait: ${explain(error)}`);
      throw error;
    }
  }

  const intake = {
    batch,
    once,
    signal: AbortSignal.any([signal, failed.signal]),
    pulse: standing.pulse,
    ready,
    lost,
    buried,
    ...(attending.rivals === undefined ? {} : { rivals: attending.rivals }),
  };
  try {
    await broker.consume(queue, intake, counted);
  } finally {
    clearTimeout(patience);
    clearTimeout(empty);
  }
  failed.signal.throwIfAborted();
}

/** Counts what is handled, and how long the newest of it had waited. */
function tally(
  place: string,
  queue: string,
  standing: Standing,
): {
  readonly add: (batch: readonly Message[]) => void;
  readonly bury: (dead: readonly Dead[]) => void;
  /** Nothing waits. */
  readonly idle: () => void;
  readonly status: () => string;
} {
  let handled = standing.handled(0);
  let buried = standing.buried(0);
  let behind = seconds(0);
  return {
    add(batch) {
      handled = standing.handled(batch.length);
      const last = batch.at(-1);
      if (last !== undefined) behind = between(last.time, now());
    },
    bury: (dead) => (buried = standing.buried(dead.length)),
    idle: () => (behind = seconds(0)),
    status() {
      const pace = behind < 1 ? "up to date" : `${formatSpan(behind)} behind`;
      const dead = buried === 0 ? "" : `, ${buried.toLocaleString("en")} dead: see sheepdog dead list`;
      const done = queue === "barks" ? plural(handled, "bark") : `${handled.toLocaleString("en")} ${queue}`;
      return `${done} handled, ${pace}${dead}; ${place}`;
    },
  };
}
