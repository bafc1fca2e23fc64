import { between, type Epoch } from "../time.ts";
import { at } from "./failure.ts";
import type { Entry } from "./journal.ts";
import { MESSAGE, said } from "./message.ts";

/** What is remembered from one sweep to the next. */
export interface Memory {
  /** Where in the journal the last sweep ended. */
  readonly cursor?: string;
  /** Units that were told to have failed. */
  readonly failing: readonly string[];
  /** Of these, runs that have begun since and are not known to last. */
  readonly begun: readonly Run[];
}

export interface Run {
  readonly unit: string;
  readonly invocation: string;
  readonly since: Epoch;
}

/** What the journal says of units since the last sweep. */
export interface News {
  /** One entry for each run that failed, or lost a process for want of memory. */
  readonly failures: readonly Entry[];
  /** Runs of units that had failed, and that last. */
  readonly well: readonly Run[];
  readonly memory: Memory;
}

/** What has to be read for it. */
export const WANTED = said("failed", "memory", "oomd", "started", "exited");

/** Units that are remembered to have failed: one that never runs again would stay for ever. */
const MOST = 2000;

/** Seconds that a unit which had failed must run before it counts as well again. */
const LASTING = 10;

/** @param entries  WANTED ones, oldest first */
export async function news(
  { cursor, failing: before, begun: runs }: Memory,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  now: Epoch,
): Promise<News> {
  const failing = new Set(before);
  const begun = new Map(runs.map((run) => [run.unit, run]));
  const failures = new Map<string, Entry>();
  let newest = cursor;
  const unwell = new Map<string, string>();
  for await (const entry of entries) {
    newest = entry["__CURSOR"] ?? newest;
    const { UNIT: unit, INVOCATION_ID: invocation = "" } = entry;
    if (unit === undefined) continue; // of a user's own manager
    switch (entry["MESSAGE_ID"]) {
      case MESSAGE.started:
        if (failing.has(unit)) begun.set(unit, { unit, invocation, since: at(entry) ?? now });
        break;
      case MESSAGE.exited:
        unwell.set(invocation, entry["EXIT_STATUS"] ?? "");
        break;
      case MESSAGE.failed:
        if (ours(unit, unwell.get(invocation)) || (unit === FLUSH && failing.has(unit))) break;
        failing.add(unit);
        begun.delete(unit);
        failures.set(invocation || `${unit} ${newest}`, entry);
        break;
      default: // out of memory: where the unit fails for it, that is told instead
        if (ours(unit, undefined) || failures.has(invocation)) break;
        failing.add(unit);
        failures.set(invocation || `${unit} ${newest}`, entry);
    }
  }
  const well = [...begun.values()].filter(({ since }) => between(since, now) >= LASTING);
  for (const { unit } of well) {
    failing.delete(unit);
    begun.delete(unit);
  }
  const memory = {
    ...(newest === undefined ? {} : { cursor: newest }),
    failing: [...failing].slice(-MOST),
    begun: [...begun.values()],
  };
  return { failures: [...failures.values()], well, memory };
}

/** It is tried again and again for as long as something is wrong, and each bark about that would wait for it: its first
 * failure is told, and the next one when it was well in between. */
const FLUSH = "sheepdog-flush.service";

/** What must not be told, else one failure would bring about the next: those who tell. And of Sheepdog's other units
 * exit 75, by which they say that Redis is away and that they are to be started again. */
const ours = (unit: string, status: string | undefined): boolean =>
  /^sheepdog-(bark@.*|sweep)\.service$/.test(unit) ||
  (/^sheepdog-.*\.service$/.test(unit) && status === "75");
