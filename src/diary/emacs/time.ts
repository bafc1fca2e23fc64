import { DAY, HOUR, MINUTE } from "../wall.ts";

/** A time of day, or from one until another, in milliseconds since midnight. */
export interface Times {
  readonly start: number;
  /** Not before the start; beyond midnight where it is of the next day. */
  readonly end: number;
  /** What stands behind it. */
  readonly rest: string;
}

const ONE = String.raw`(\d\d?)(?:[:.](\d\d)([ap]m)?|h(\d\d)?|([ap]m))(?![\p{L}\p{N}])`;
const TIMES = new RegExp(`^[ \\t]*${ONE}(?:[ \\t]*[-\u2013][ \\t]*${ONE})?`, "iu");

/** Reads the time with which a line begins: 9:30, 09.30, 9:30pm, 9pm, 9h, 9h30, 9:30-11:00.
 * @returns undefined when it begins with none */
export function readTimes(line: string): Times | undefined {
  const found = TIMES.exec(line);
  if (found === null) return undefined;
  const start = time(found.slice(1, 6));
  if (start === undefined) return undefined;
  const end = found[6] === undefined ? start : time(found.slice(6));
  if (end === undefined) return undefined;
  return { start, end: end < start ? end + DAY : end, rest: line.slice(found[0].length) };
}

function time([hour, minute, half, minuteToo, halfToo]: readonly (string | undefined)[]): number | undefined {
  const [hours, minutes] = [Number(hour), Number(minute ?? minuteToo ?? 0)];
  const of = (half ?? halfToo)?.toLowerCase();
  if (hours > (of === undefined ? 23 : 12) || minutes > 59) return undefined;
  return (of === undefined ? hours : (hours % 12) + (of === "pm" ? 12 : 0)) * HOUR + minutes * MINUTE;
}
