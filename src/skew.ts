import type { Bark } from "./bark.ts";

/** The times of a bark by another clock.
 * @param skew  milliseconds that the clock of the bark is ahead of it */
export function shifted(bark: Bark, skew: number): Bark {
  const { time, due } = bark;
  return { ...bark, time: moved(time, skew), ...(due === undefined ? {} : { due: moved(due, skew) }) };
}

/** What would leave the calendar stays as it is. */
function moved(time: string, skew: number): string {
  const date = new Date(Date.parse(time) - skew);
  const year = date.getUTCFullYear(); // NaN beyond what a Date can hold
  return year >= 0 && year <= 9999 ? date.toISOString() : time;
}
