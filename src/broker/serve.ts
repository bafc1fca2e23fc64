import { milliseconds, seconds } from "../time.ts";
import type { Trouble } from "../trouble.ts";
import { Bell } from "./bell.ts";
import type { Dead, Intake, Message, Queue, Take, Verdict } from "./contract.ts";
import { Later } from "./later.ts";
import { obituary } from "./obituary.ts";
import { backoff, pause } from "./pause.ts";

/** An open queue, until it is lost. Every call may throw Trouble: then it is lost. */
export interface Source extends Disposable {
  /** Looks for the first time: once that is done it is sure that the queue can be read. */
  start(): Promise<void>;
  /** The next batch: first what was put off and is due, else the oldest.
   * @returns undefined when it is time to leave: told to, or drained with `once` */
  next(): Promise<readonly Message[] | undefined>;
  /** Takes what is finished with out of the queue. */
  remove(ids: readonly string[]): Promise<void>;
}

/** What a source is opened with. What is put off outlives it. */
export interface Ear {
  readonly intake: Intake;
  readonly later: Later;
  /** Rung when something is due, when it is time to leave, and by the source when there may be more. */
  readonly bell: Bell;
}

export interface Opener {
  readonly queue: Queue;
  open(ear: Ear): Promise<Source | undefined>;
  bury(dead: readonly Dead[]): Promise<void>;
}

/** How long messages that could not be moved to `dead` stay where they are: a full Redis takes no new entries,
 * but still lets the others be drained. */
const UNBURIED = seconds(30);

/** What consuming is, whatever holds the queue: opens it, again and again when it is lost, hands over batches,
 * and carries out the verdicts. What is finished with is remembered until it is really removed, so that a broker
 * that goes away in between does not make a mail go out twice. */
export async function serve(opener: Opener, intake: Intake, take: Take): Promise<void> {
  const bell = new Bell();
  const later = new Later(() => bell.ring());
  const leave = (): void => bell.ring();
  intake.signal.addEventListener("abort", leave);
  // Whoever waits for the bell turns once more, and so shows that it lives.
  const pulse = intake.pulse && setInterval(() => bell.ring(), milliseconds(intake.pulse.every));
  const finished: string[] = [];
  let failures = 0;
  let told = "";
  const ready = (): void => {
    [failures, told] = [0, ""];
    intake.ready?.();
  };
  try {
    while (!intake.signal.aborted) {
      intake.pulse?.beat();
      try {
        return await attend(opener, { intake, later, bell }, { take, finished, ready });
      } catch (error) {
        if ((error as Error).name !== "Trouble") throw error;
        if (intake.signal.aborted) return;
        if (intake.once) throw error;
        if (told !== (error as Error).message) intake.lost?.(error as Trouble);
        told = (error as Error).message;
      }
      await pause(backoff(++failures, 100, 5000), intake.signal);
    }
  } finally {
    intake.signal.removeEventListener("abort", leave);
    later[Symbol.dispose]();
    clearInterval(pulse);
  }
}

interface Desk {
  readonly take: Take;
  /** Ids that are still to be removed. */
  readonly finished: string[];
  readonly ready: () => void;
}

async function attend(opener: Opener, ear: Ear, { take, finished, ready }: Desk): Promise<void> {
  const source = await opener.open(ear);
  if (source === undefined) return;
  try {
    // Before the first look: what is finished with is not handed over again.
    await clear(source, finished);
    await source.start();
    ready();
    for (;;) {
      const batch = await source.next();
      if (batch === undefined) return;
      const verdicts = await judged(batch, take, ear.intake);
      if (verdicts === undefined) return;
      finished.push(...(await carryOut(opener, ear.later, batch, verdicts)));
      await clear(source, finished);
    }
  } finally {
    source[Symbol.dispose]();
  }
}

async function clear(source: Source, finished: string[]): Promise<void> {
  if (finished.length > 0) await source.remove(finished);
  finished.length = 0;
}

/** @returns undefined when it is time to leave and the batch could not be handled */
async function judged(
  batch: readonly Message[],
  take: Take,
  { signal, pulse }: Intake,
): Promise<readonly Verdict[] | undefined> {
  for (let failures = 1; ; failures++) {
    pulse?.beat();
    try {
      const verdicts = await take(batch);
      if (verdicts.length === batch.length) return verdicts;
    } catch (error) {
      // Anything else is a bug: it ends the unit, for a queue that stands still without a word helps nobody.
      if ((error as Error).name !== "Trouble") throw error;
      // Who took it has said why; the batch stays in the queue and is handed over again.
      await pause(backoff(failures, 1000, 30_000), signal);
      if (signal.aborted) return undefined;
      continue;
    }
    throw new Error(`one verdict a message is needed: ${batch.length} messages were handed over`);
  }
}

/** @returns ids of what is finished with */
async function carryOut(
  opener: Opener,
  later: Later,
  batch: readonly Message[],
  verdicts: readonly Verdict[],
): Promise<readonly string[]> {
  const finished: string[] = [];
  const dying: (readonly [id: string, dead: Dead])[] = [];
  for (const [at, message] of batch.entries()) {
    const verdict = verdicts[at] as Verdict;
    if (verdict.kind === "done") finished.push(message.id);
    else if (verdict.kind === "later") later.put(message.id, verdict.after);
    else dying.push([message.id, obituary(opener.queue, message, verdict.reason)]);
  }
  if (dying.length === 0) return finished;
  try {
    await opener.bury(dying.map(([, dead]) => dead));
    finished.push(...dying.map(([id]) => id));
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    for (const [id] of dying) later.put(id, UNBURIED);
  }
  return finished;
}
