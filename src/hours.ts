import type { Epoch } from "./time.ts";

/** Part of the week, by the clock on this machine's wall. */
export interface Hours {
  /** 0 is Sunday; undefined for every day. */
  readonly days: ReadonlySet<number> | undefined;
  /** Minutes of the day. `from` after `until` is a night, which belongs to the day it begins on. */
  readonly from: number;
  readonly until: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** "08:00-18:00", "Mon-Fri 22:00-06:00", "Sat,Sun"
 * @returns undefined when it is none */
export function readHours(text: string): Hours | undefined {
  const [, days, first, last] = /^([A-Za-z,-]+)?\s*(?:(\d\d:\d\d)-(\d\d:\d\d))?$/.exec(text.trim()) ?? [];
  if (days === undefined && first === undefined) return undefined;
  const [from, until] = [minutes(first ?? "00:00"), minutes(last ?? "24:00")];
  const named = days === undefined ? undefined : readDays(days.toLowerCase());
  if (from === undefined || until === undefined || named === null) return undefined;
  return { days: named, from, until };
}

function minutes(text: string): number | undefined {
  const value = Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return Number(text.slice(3)) < 60 && value <= 1440 ? value : undefined;
}

function readDays(text: string): ReadonlySet<number> | null {
  const all = new Set<number>();
  for (const part of text.split(",")) {
    const [first, last] = part.split("-").map((name) => DAYS.indexOf(name.slice(0, 3)));
    if (first === undefined || first < 0 || (last !== undefined && last < 0)) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      all.add(day);
      if (day === (last ?? first)) break;
    }
  }
  return all;
}

/** Whether a moment is within. */
export function within({ days, from, until }: Hours, moment: Epoch): boolean {
  const date = new Date(moment);
  const minute = date.getHours() * 60 + date.getMinutes();
  const on = (day: number): boolean => days === undefined || days.has((day + 7) % 7);
  const day = date.getDay();
  if (from <= until) return on(day) && minute >= from && minute < until;
  return (on(day) && minute >= from) || (on(day - 1) && minute < until);
}
