import { readCalendar } from "../../src/diary/ical/calendar.ts";
import type { Diary, Occurrence } from "../../src/diary/entry.ts";
import { occurrences } from "../../src/diary/occurrences.ts";
import { UTC, type Zone, zoneNamed } from "../../src/diary/zone.ts";
import { epoch } from "../../src/time.ts";

export const AMSTERDAM = zoneNamed("Europe/Amsterdam") ?? UTC;

/** A calendar around some lines. */
export const calendar = (...lines: readonly string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sheepdog//test//EN", ...lines, "END:VCALENDAR", ""].join(
    "\r\n",
  );

/** An event around some lines. */
export const event = (...lines: readonly string[]): readonly string[] => [
  "BEGIN:VEVENT",
  ...(lines.some((line) => line.startsWith("UID")) ? [] : ["UID:one"]),
  "DTSTAMP:20260101T000000Z",
  ...lines,
  "END:VEVENT",
];

export function diaryOf(text: string, zone: Zone = AMSTERDAM): Diary {
  return { zone, ...readCalendar(text, "ops.ics", zone) };
}

export const moment = (text: string) => epoch(Date.parse(text));

/** What is planned in a year, as "2026-01-01T10:00:00Z/2026-01-01T11:00:00Z title". */
export function year(diary: Diary, of: number): readonly string[] {
  const { found } = occurrences(diary, moment(`${of}-01-01T00:00:00Z`), moment(`${of + 1}-01-01T00:00:00Z`));
  return found.map(shown);
}

const shown = ({ start, end, title }: Occurrence): string => `${stamp(start)}/${stamp(end)} ${title}`;

export const stamp = (at: number): string => new Date(at).toISOString().replace(".000", "");
