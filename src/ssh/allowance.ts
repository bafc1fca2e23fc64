import { between, type Epoch, type Seconds } from "../time.ts";

/** Says whether one more may be done at this moment. */
export type Allowance = (now: Epoch) => boolean;

/** So many within a span at the most. Whoever may bark may also bark signatures all day, and one is dear to check: what
 * else is barked must not wait for that. */
export function allowance(most: number, span: Seconds): Allowance {
  let since: Epoch | undefined;
  let count = 0;
  return (now) => {
    // A clock that was set back begins anew.
    if (since === undefined || now < since || between(since, now) >= span) [since, count] = [now, 0];
    return ++count <= most;
  };
}
