import type { Epoch } from "../../time.ts";
import type { Property } from "./component.ts";
import { FREQUENCIES, type Frequency, type Rule, upTo, type Weekday } from "./rule.ts";
import { Misread, moment, type Reading, stamp } from "./value.ts";
import { DAY, wall } from "../wall.ts";

/** A recurrence rule, and when it ends. */
export interface Ruled {
  readonly rule: Rule;
  /** The last moment at which it may recur. */
  readonly until: Epoch | undefined;
}

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const MOST = 1_000_000_000;

/** Reads an RRULE. What its parts may be has been checked by ical.js, and not whether they go together.
 * @throws Misread */
export function readRule(property: Property, reading: Reading): Ruled {
  const parts = property.values[0] as Readonly<Record<string, unknown>>;
  const wrong = (text: string): Misread => new Misread(property.line, `RRULE: ${text}`);
  const frequency = parts["freq"] as Frequency;
  if (!FREQUENCIES.includes(frequency)) throw wrong("it needs a FREQ");
  const count = parts["count"] as number | undefined;
  const interval = (parts["interval"] as number | undefined) ?? 1;
  if (count !== undefined && !(count >= 1 && count <= MOST)) throw wrong("its COUNT is no such number");
  if (!(interval <= MOST)) throw wrong("its INTERVAL is no such number");
  const numbers = (key: string): readonly number[] => [parts[key] ?? []].flat() as number[];
  const rule: Rule = {
    frequency,
    interval,
    count,
    // ical.js counts from 1, which is Sunday.
    weekStart: ((parts["wkst"] as number | undefined) ?? 2) - 1,
    months: numbers("bymonth"),
    weeks: numbers("byweekno"),
    yearDays: numbers("byyearday"),
    monthDays: numbers("bymonthday"),
    positions: numbers("bysetpos"),
    weekdays: ([parts["byday"] ?? []].flat() as string[]).map(weekday),
    hours: numbers("byhour"),
    minutes: numbers("byminute"),
    seconds: numbers("bysecond"),
  };
  const fault = clash(rule);
  if (fault !== undefined) throw wrong(fault);
  return { rule, until: parts["until"] === undefined ? undefined : end(property, parts["until"], reading) };
}

/** "MO", "-1MO" */
const weekday = (text: string): Weekday => ({
  nth: Number(text.slice(0, -2)),
  weekday: DAYS.indexOf(text.slice(-2)),
});

/** What RFC 5545 says MUST NOT be: whoever wrote it meant something, but nobody knows what. */
function clash({
  frequency,
  weeks,
  yearDays,
  monthDays,
  weekdays,
  positions,
  ...rest
}: Rule): string | undefined {
  if (weeks.length > 0 && frequency !== "YEARLY") return "BYWEEKNO goes with FREQ=YEARLY only";
  if (yearDays.length > 0 && ["DAILY", "WEEKLY", "MONTHLY"].includes(frequency))
    return `BYYEARDAY does not go with FREQ=${frequency}`;
  if (monthDays.length > 0 && frequency === "WEEKLY") return "BYMONTHDAY does not go with FREQ=WEEKLY";
  if (weekdays.some(({ nth }) => nth !== 0) && (upTo(frequency, "WEEKLY") || weeks.length > 0))
    return "a BYDAY with numbers goes with FREQ=MONTHLY and FREQ=YEARLY only, without BYWEEKNO";
  const { months, hours, minutes, seconds } = rest;
  const others = [weeks, yearDays, monthDays, weekdays, months, hours, minutes, seconds];
  if (positions.length > 0 && others.every((list) => list.length === 0))
    return "BYSETPOS needs another part that begins with BY";
  return undefined;
}

/** A date is meant whole, also where the start has a time. */
function end(property: Property, value: unknown, reading: Reading): Epoch {
  const last = stamp(property, value, reading);
  return moment(last.allDay ? { ...last, shown: wall(last.shown + DAY - 1) } : last);
}
