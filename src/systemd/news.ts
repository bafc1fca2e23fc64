import { between, type Epoch } from "../time.ts";
import { at } from "./failure.ts";
import type { Entry } from "./journal.ts";
import { MESSAGE, said } from "./message.ts";

/** What is remembered from one sweep to the next. */
export interface Memory {
  /** Where in the journal the last sweep ended. */
  readonly cursor?: string;
  /** Units that were told to have failed, and when they did. */
  readonly failing: readonly Failing[];
  /** Of these, runs that have begun since and are not known to last. */
  readonly begun: readonly Run[];
}

interface Failing {
  readonly unit: string;
  readonly since: Epoch;
}

export interface Run extends Failing {
  readonly invocation: string;
}

/** How much of the journal is dealt with before it is remembered: with a great backlog a sweep that runs out of time,
 * or is killed, must not begin from the start again. Failures, and entries. */
const CHUNK = { failures: 50, entries: 10_000 } as const;

/** Exit codes of processes that ended badly, by invocation: what systemd says before it says that a run failed. It
 * lasts from one part of the journal to the next. */
export type Unwell = Map<string, string>;

/** What the journal says of units since the last sweep. */
export interface News {
  /** One entry for each run that failed, or lost a process for want of memory. */
  readonly failures: readonly Entry[];
  /** Runs of units that had failed, and that last. */
  readonly well: readonly Run[];
  readonly memory: Memory;
  /** Whether the journal may have more. */
  readonly more: boolean;
}

/** What has to be read for it. */
export const WANTED = said("failed", "memory", "oomd", "started", "exited");

/** Seconds that a unit which had failed must run before it counts as well again. */
const LASTING = 10;

/** @param entries  WANTED ones, oldest first */
export async function news(
  { cursor, failing: before, begun: runs }: Memory,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  now: Epoch,
  unwell: Unwell = new Map(),
): Promise<News> {
  const failing = new Map(before.map(({ unit, since }) => [unit, since]));
  const begun = new Map(runs.map((run) => [run.unit, run]));
  const failures = new Map<string, Entry>();
  let newest = cursor;
  let count = 0;
  let more = false;
  for await (const entry of entries) {
    count++;
    newest = entry["__CURSOR"] ?? newest;
    const { UNIT: unit, INVOCATION_ID: invocation = "" } = entry;
    if (unit === undefined) continue; // of a user's own manager
    const time = at(entry) ?? now;
    switch (entry["MESSAGE_ID"]) {
      case MESSAGE.started:
        if (failing.has(unit)) begun.set(unit, { unit, invocation, since: time });
        break;
      case MESSAGE.exited:
        unwell.set(invocation, entry["EXIT_STATUS"] ?? "");
        break;
      case MESSAGE.failed:
        if (ours(unit, unwell.get(invocation)) || (unit === FLUSH && failing.has(unit))) break;
        failing.set(unit, time);
        begun.delete(unit);
        failures.set(invocation || `${unit} ${newest}`, entry);
        break;
      default: // out of memory: where the unit fails for it, that is told instead
        if (ours(unit, undefined) || failures.has(invocation)) break;
        failing.set(unit, time);
        failures.set(invocation || `${unit} ${newest}`, entry);
    }
    more = failures.size >= CHUNK.failures || count >= CHUNK.entries;
    if (more) break;
  }
  // What runs may have failed again in a part of the journal that is yet to be read.
  const well = more ? [] : [...begun.values()].filter(({ since }) => between(since, now) >= LASTING);
  for (const { unit } of well) {
    failing.delete(unit);
    begun.delete(unit);
  }
  const memory = {
    ...(newest === undefined ? {} : { cursor: newest }),
    failing: [...failing].map(([unit, since]) => ({ unit, since })),
    begun: [...begun.values()],
  };
  return { failures: [...failures.values()], well, memory, more };
}

/** It is tried again and again for as long as something is wrong, and each bark about that would wait for it: its first
 * failure is told, and the next one when it was well in between. */
const FLUSH = "sheepdog-flush.service";

/** What must not be told, else one failure would bring about the next: those who tell. And of Sheepdog's other units
 * exit 75, by which they say that Redis is away and that they are to be started again. */
const ours = (unit: string, status: string | undefined): boolean =>
  /^sheepdog-(bark@.*|sweep)\.service$/.test(unit) ||
  (/^sheepdog-.*\.service$/.test(unit) && status === "75");
