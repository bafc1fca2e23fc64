import { type Epoch, epoch } from "../../time.ts";
import { MOST } from "../entry.ts";
import { DAY, dayOf, type Day, wall, type Wall } from "../wall.ts";
import { momentOf, wallAt, type Zone } from "../zone.ts";
import { recur } from "./recur.ts";
import type { Ruled } from "./rrule.ts";
import { type Length, moment, type Stamp } from "./value.ts";

/** When an event recurs (RFC 5545, 3.8.5): its start, what its rules and RDATEs add, without its EXDATEs. */
export interface Recurring {
  readonly first: Stamp;
  readonly rules: readonly Ruled[];
  readonly extra: readonly { readonly at: Stamp; readonly length?: Length }[];
  /** Moments, and whole days as the clocks of the place of the event count them. */
  readonly except: ReadonlySet<Epoch>;
  readonly exceptDays: ReadonlySet<Day>;
}

export interface Instance {
  readonly at: Epoch;
  readonly shown: Wall;
  readonly zone: Zone;
  /** How long it lasts, where that is not as long as all the others. */
  readonly length?: Length;
}

/** No clock is farther from UTC. */
const FARTHEST = DAY;

/** Those in [from, to), in order. The start is always one, whether its rule says so or not: in that way calendars show
 * it, and RFC 5545 leaves it open. Nor is one left out because the clocks are put forward over it, as the RFC has it:
 * to be told late is better than not to be told.
 * @returns where they are too many the first ones, one more than `MOST`
 * @throws Trouble when they cannot be counted */
export function instances(
  { first, rules, extra, except, exceptDays }: Recurring,
  from: Epoch,
  to: Epoch,
): readonly Instance[] {
  const found = new Map<Epoch, Instance>();
  function add({ shown, zone }: Omit<Stamp, "allDay">, length?: Length): number {
    const at = momentOf(shown, zone);
    if (at < from || at >= to || except.has(at) || exceptDays.has(dayOf(wallAt(at, first.zone)))) return 0;
    if (found.has(at)) return 0;
    found.set(at, { at, shown, zone, ...(length === undefined ? {} : { length }) });
    return 1;
  }
  // What has a length of its own comes first, so that it keeps it.
  for (const { at, length } of extra) add(at, length);
  add(first);
  const window = { from: wall(from - FARTHEST), to: wall(to + FARTHEST) };
  for (const { rule, until = epoch(Infinity) } of rules) {
    let left = MOST + 1;
    for (const shown of recur(rule, first.shown, window)) {
      if (left === 0 || momentOf(shown, first.zone) > until) break;
      left -= add({ ...first, shown });
    }
  }
  return [...found.values()].sort((one, other) => one.at - other.at).slice(0, MOST + 1);
}

/** Those two sets, of the values of EXDATE and RECURRENCE-ID. */
export const excepted = (
  all: readonly Stamp[],
  allDay: boolean,
): Pick<Recurring, "except" | "exceptDays"> => ({
  except: new Set(all.filter((one) => allDay || !one.allDay).map(moment)),
  exceptDays: new Set(all.filter((one) => !allDay && one.allDay).map(({ shown }) => dayOf(shown))),
});
