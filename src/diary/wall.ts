declare const clock: unique symbol;
/** What a clock on some wall shows: milliseconds since 1970 as that clock counts them. What moment it is depends on the
 * time zone (zone.ts). */
export type Wall = number & { readonly [clock]: "wall-ms" };
/** A day of the calendar, counted from 1970-01-01. */
export type Day = number & { readonly [clock]: "day" };

// The casts to these two are here and nowhere else.
export const wall = (ms: number): Wall => ms as Wall;
export const day = (count: number): Day => count as Day;

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const dayOf = (at: Wall): Day => Math.floor(at / DAY) as Day;
export const midnight = (of: Day): Wall => (of * DAY) as Wall;
/** Milliseconds since midnight. */
export const timeOf = (at: Wall): number => at - Math.floor(at / DAY) * DAY;

/** A day as people name it. */
export interface Named {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly date: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

export function named(of: Day): Named {
  const date = new Date(of * DAY);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    date: date.getUTCDate(),
    weekday: date.getUTCDay(),
  };
}

/** The day of a date; months beyond 12 are those of later years, days beyond the end of a month those of the next. */
export function dayAt(year: number, month: number, date: number): Day {
  // Not Date.UTC alone: it takes the year 26 for 1926.
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, date);
  return (at.getTime() / DAY) as Day;
}

/** The day of a date that there is; undefined for February 30. */
export function realDay(year: number, month: number, date: number): Day | undefined {
  const found = dayAt(year, month, date);
  const { month: same, date: too } = named(found);
  return same === month && too === date ? found : undefined;
}

export const daysIn = (year: number, month: number): number =>
  dayAt(year, month + 1, 1) - dayAt(year, month, 1);
