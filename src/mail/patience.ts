import { type Seconds, seconds } from "../time.ts";

/** How long a letter that was refused for now waits. Servers that greylist take it after some minutes, and a
 * connection that broke is often well at once, so the first wait is short.
 * @param attempt  1 after the first refusal
 * @param chance   0 to 1: spreads those that were refused together
 * @returns 10 s, then 1 min doubling up to 1 h, all ± 20 % */
export function patience(attempt: number, chance: number): Seconds {
  const span = attempt <= 1 ? 10 : Math.min(3600, 60 * 2 ** (attempt - 2));
  return seconds(span * (0.8 + 0.4 * chance));
}
