import { type Epoch, later, type Seconds, seconds } from "../time.ts";
import type { Whose } from "./outcome.ts";

/** A time in which no mail leaves at all. One letter at a time finds out whether it is over; the others wait
 * without trying, so that a server that swallows connections is not tried for 30 s by each of a thousand. */
export interface Outage {
  readonly since: Epoch;
  readonly attempts: number;
  /** Nobody tries before. */
  readonly until: Epoch;
  readonly reason: string;
}

/** After this long it is barked. */
export const LONG: Seconds = seconds(15 * 60);

/** What is known after a letter was refused for now.
 * @param pace  shortens the waits, for tests: 1 in earnest */
export function worsen(
  outage: Outage | undefined,
  whose: Whose,
  reason: string,
  at: Epoch,
  pace: number,
): Outage | undefined {
  if (whose === "letter") return outage;
  const { since, attempts, until } = outage ?? { since: at, attempts: 0, until: at };
  // Several may have tried at once: they found out the same thing once.
  if (whose === "connection" || at < until) return { since, attempts, until, reason };
  const wait = Math.min(300, 5 * 2 ** attempts);
  return { since, attempts: attempts + 1, until: later(at, seconds(wait * pace)), reason };
}
