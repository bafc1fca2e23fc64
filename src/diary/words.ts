import { type Epoch, epoch, formatSpan, seconds } from "../time.ts";
import type { Occurrence } from "./entry.ts";
import { DAY, dayOf, MINUTE, named, timeOf, HOUR } from "./wall.ts";
import { wallAt, type Zone } from "./zone.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (value: number): string => String(value).padStart(2, "0");

/** How far away it is, behind what it is: "in 14 days", "tomorrow", "in 15min", "now", "2h ago", "3 days ago". Days are
 * those of the calendar. */
export function away({ start, allDay }: Occurrence, now: Epoch, zone: Zone): string {
  const days = dayOf(wallAt(start, zone)) - dayOf(wallAt(now, zone));
  const far = Math.abs(start - now);
  if (!allDay && far < MINUTE) return "now";
  if (!allDay && far < DAY) {
    const span = formatSpan(seconds((Math.round(far / MINUTE) * MINUTE) / 1000));
    return start > now ? `in ${span}` : `${span} ago`;
  }
  if (Math.abs(days) <= 1) return ["yesterday", "today", "tomorrow"][days + 1] ?? "";
  return days > 0 ? `in ${days} days` : `${-days} days ago`;
}

/** When it is, by the clocks of a zone: "Mon 2026-12-07", "Mon 2026-12-07 09:00 - 10:30 (Europe/Amsterdam)". */
export function planned({ start, end, allDay }: Occurrence, zone: Zone): string {
  if (allDay) {
    const [first, last] = [date(start, zone), date(epoch(end - 1), zone)];
    return end - start <= DAY + HOUR ? first : `${first} - ${last}`;
  }
  const same = dayOf(wallAt(start, zone)) === dayOf(wallAt(end, zone));
  const until = end === start ? "" : ` - ${same ? "" : `${date(end, zone)} `}${time(end, zone)}`;
  return `${date(start, zone)} ${time(start, zone)}${until} (${zone.name})`;
}

function date(at: Epoch, zone: Zone): string {
  const { year, month, date, weekday } = named(dayOf(wallAt(at, zone)));
  return `${DAYS[weekday]} ${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;
}

function time(at: Epoch, zone: Zone): string {
  const minutes = Math.floor(timeOf(wallAt(at, zone)) / MINUTE);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
