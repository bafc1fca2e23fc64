import { Trouble } from "../../trouble.ts";
import { fitting, weekFrom } from "./fitting.ts";
import { filled, type Rule, upTo } from "./rule.ts";
import {
  DAY,
  type Day,
  day,
  dayAt,
  dayOf,
  HOUR,
  midnight,
  MINUTE,
  named,
  SECOND,
  timeOf,
  type Wall,
  wall,
} from "../wall.ts";

/** From when until when something is asked for, the end not included. */
export interface Window {
  readonly from: Wall;
  readonly to: Wall;
}

/** Periods that are looked at for one answer: a day for each of 270 years. */
const MOST = 100_000;

/** When a rule says that something recurs, as the clocks of its place show it, in order; never before its start, and
 * only within the window.
 * @throws Trouble when there is too much to count */
export function* recur(given: Rule, start: Wall, { from, to }: Window): Generator<Wall> {
  const rule = filled(given, start);
  const sets = upTo(rule.frequency, "HOURLY") ? fine(rule, start) : coarse(rule, start);
  // What is counted is counted from the start. Else nobody asks for what was before.
  const begin = rule.count === undefined && from > start ? from : start;
  let left = rule.count ?? Infinity;
  for (const set of sets({ from: begin, to })) {
    for (const at of chosen(set, rule.positions)) {
      if (at < start) continue;
      if (at >= to || left-- <= 0) return;
      if (at >= from) yield at;
    }
  }
}

/** Gives the sets of a rule, one for each of its periods: from the one on in which the window begins, until that in
 * which it ends. */
type Sets = (window: Window) => Generator<readonly Wall[]>;

/** Of a rule whose periods are days or longer. */
function coarse(rule: Rule, start: Wall): Sets {
  const times = product(rule);
  const fits = fitting(rule);
  const { first, after } = periods(rule, dayOf(start));
  return function* ({ from, to }) {
    let n = after(dayOf(from));
    for (let looked = 0; ; n++) {
      const [begin, next] = [first(n), first(n, 1)];
      // Not >=: beyond the years that can be counted it is NaN.
      if (!(midnight(begin) < to)) return;
      if (++looked > MOST) throw tooMuch();
      const set: Wall[] = [];
      for (let of = begin; of < next; of = day(of + 1))
        if (fits(of)) for (const time of times) set.push(wall(midnight(of) + time));
      yield set;
    }
  };
}

/** Times of day, in order. */
function product({ hours, minutes, seconds }: Rule): readonly number[] {
  const all = hours.flatMap((h) =>
    minutes.flatMap((m) => seconds.map((s) => h * HOUR + m * MINUTE + s * SECOND)),
  );
  return all.sort((one, other) => one - other);
}

interface Periods {
  /** The first day of the nth period, or of the one `beyond` that (which need not be one of the rule's). */
  readonly first: (n: number, beyond?: number) => Day;
  /** The number of the last period that begins not after a day. */
  readonly after: (of: Day) => number;
}

function periods({ frequency, interval, weekStart }: Rule, start: Day): Periods {
  const { year, month } = named(start);
  const number = (distance: number): number => Math.max(0, Math.floor(distance / interval));
  if (frequency === "YEARLY")
    return {
      first: (n, beyond = 0) => dayAt(year + n * interval + beyond, 1, 1),
      after: (of) => number(named(of).year - year),
    };
  if (frequency === "MONTHLY")
    return {
      first: (n, beyond = 0) => dayAt(year, month + n * interval + beyond, 1),
      after: (of) => number((named(of).year - year) * 12 + named(of).month - month),
    };
  const [begin, length] = frequency === "WEEKLY" ? [weekFrom(start, weekStart), 7] : [start, 1];
  return {
    first: (n, beyond = 0) => day(begin + (n * interval + beyond) * length),
    after: (of) => number((of - begin) / length),
  };
}

/** Of a rule whose periods are hours, minutes or seconds. */
function fine(rule: Rule, start: Wall): Sets {
  const fits = fitting(rule);
  const { frequency, interval, hours, minutes, seconds } = rule;
  const length = frequency === "HOURLY" ? HOUR : frequency === "MINUTELY" ? MINUTE : SECOND;
  const begin = Math.floor(start / length) * length;
  const within = product({
    ...rule,
    hours: [0],
    minutes: frequency === "HOURLY" ? minutes : [0],
    seconds: frequency === "SECONDLY" ? [0] : seconds,
  });
  const allows = (list: readonly number[], value: number): boolean =>
    list.length === 0 || list.includes(value);
  /** When the next period begins that may hold something; the moment itself where that one may. */
  function skip(at: Wall): number {
    const time = timeOf(at);
    if (!fits(dayOf(at))) return midnight(dayOf(at)) + DAY;
    if (!allows(hours, Math.floor(time / HOUR))) return at - (time % HOUR) + HOUR;
    if (length === HOUR) return at;
    if (!allows(minutes, Math.floor((time % HOUR) / MINUTE))) return at - (time % MINUTE) + MINUTE;
    if (length === MINUTE) return at;
    return allows(seconds, Math.floor((time % MINUTE) / SECOND)) ? at : at + SECOND;
  }
  return function* ({ from, to }) {
    const step = interval * length;
    let n = Math.max(0, Math.floor((from - begin) / step));
    for (let looked = 0; begin + n * step < to; ) {
      if (++looked > MOST) throw tooMuch();
      const at = wall(begin + n * step);
      const may = skip(at);
      if (may === at) yield within.map((time) => wall(at + time));
      n = may === at ? n + 1 : Math.ceil((may - begin) / step);
    }
  };
}

/** What BYSETPOS picks of a set, in order. */
function chosen(set: readonly Wall[], positions: readonly number[]): readonly Wall[] {
  if (positions.length === 0) return set;
  return set.filter((_, at) => positions.includes(at + 1) || positions.includes(at - set.length));
}

const tooMuch = (): Trouble =>
  new Trouble("recurs too often to be counted", { advice: "let its DTSTART be later, or its RRULE rarer" });
