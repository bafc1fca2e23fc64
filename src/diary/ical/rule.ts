import { dayOf, HOUR, MINUTE, named, SECOND, timeOf, type Wall } from "../wall.ts";

/** How often, from the finest on. */
export const FREQUENCIES = [
  "SECONDLY",
  "MINUTELY",
  "HOURLY",
  "DAILY",
  "WEEKLY",
  "MONTHLY",
  "YEARLY",
] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** A day of the week, 0 is Sunday; where `nth` is not 0 the nth one of the month or year, from its end where it is
 * negative. */
export interface Weekday {
  readonly nth: number;
  readonly weekday: number;
}

/** A recurrence rule (RFC 5545, 3.3.10) but for its UNTIL. A list that is empty says nothing. */
export interface Rule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | undefined;
  /** The first day of the week, 0 is Sunday. */
  readonly weekStart: number;
  readonly months: readonly number[];
  /** These four count from the end where they are negative. */
  readonly weeks: readonly number[];
  readonly yearDays: readonly number[];
  readonly monthDays: readonly number[];
  readonly positions: readonly number[];
  readonly weekdays: readonly Weekday[];
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

/** Whether a frequency is that fine, or finer. */
export const upTo = (frequency: Frequency, other: Frequency): boolean =>
  FREQUENCIES.indexOf(frequency) <= FREQUENCIES.indexOf(other);

/** What a rule leaves open is as it is at the start: FREQ=YEARLY alone is that day of that month, at that time. */
export function filled(rule: Rule, start: Wall): Rule {
  const time = timeOf(start);
  const part = (list: readonly number[], unit: Frequency, value: number): readonly number[] =>
    list.length > 0 || upTo(rule.frequency, unit) ? list : [value];
  return {
    ...rule,
    ...days(rule, start),
    hours: part(rule.hours, "HOURLY", Math.floor(time / HOUR)),
    minutes: part(rule.minutes, "MINUTELY", Math.floor((time % HOUR) / MINUTE)),
    seconds: part(rule.seconds, "SECONDLY", Math.floor((time % MINUTE) / SECOND)),
  };
}

function days({ frequency, months, weeks, yearDays, monthDays, weekdays }: Rule, start: Wall): Partial<Rule> {
  const { month, date, weekday } = named(dayOf(start));
  if (yearDays.length + monthDays.length + weekdays.length > 0) return {};
  const sameWeekday = { weekdays: [{ nth: 0, weekday }] };
  switch (frequency) {
    case "YEARLY":
      if (weeks.length > 0) return sameWeekday;
      return { months: months.length > 0 ? months : [month], monthDays: [date] };
    case "MONTHLY":
      return { monthDays: [date] };
    case "WEEKLY":
      return sameWeekday;
    default:
      return {};
  }
}
