import { type Epoch, epoch, milliseconds, parseSpan } from "../time.ts";

/** Reads a moment in the past as a person says it: "2d" (so long ago), "2026-11-22", "2026-11-22 18:49" (local time),
 * "2026-11-22T18:49:50Z" (RFC 3339).
 * @returns undefined when it is none of these */
export const readSince = (text: string, now: Epoch): Epoch | undefined => read(text, now, -1);

/** The same of a moment to come: a span is so long from now. */
export const readUntil = (text: string, now: Epoch): Epoch | undefined => read(text, now, 1);

function read(text: string, now: Epoch, way: -1 | 1): Epoch | undefined {
  const span = SPAN.test(text.trim()) ? parseSpan(text) : undefined;
  if (span !== undefined) return epoch(now + way * milliseconds(span));
  const parts = MOMENT.exec(text.trim());
  if (parts === null) return undefined;
  const [, date, time = "00:00", zone = ""] = parts;
  const moment = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(moment) || !exists(date ?? "") ? undefined : epoch(moment);
}

// Every number with its unit: a bare one may be a year, an epoch or a count of days, and who says 2026 does not mean
// 34 minutes ago.
const SPAN = /^(?:\d+(?:\.\d+)?\s*[a-z]+\s*)+$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([Zz]|[+-]\d\d:\d\d)?)?$/;

/** Date.parse takes February 30 for March 2. */
const exists = (date: string): boolean => new Date(`${date}T00:00Z`).toISOString().startsWith(date);
