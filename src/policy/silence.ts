import { matches } from "../glob.ts";
import { type Epoch, epoch } from "../time.ts";

/** Of what nobody is to be told for a while. */
export interface Silencing {
  /** Patterns with * as wildcard. */
  readonly host: string;
  readonly tag: string;
  readonly since: Epoch;
  readonly until: Epoch;
}

/** Until when a subject is silenced: by the silence that lasts longest.
 * @returns undefined when it is not */
export function silencedUntil(
  silences: readonly Silencing[],
  host: string,
  tag: string,
  now: Epoch,
): Epoch | undefined {
  let until: Epoch | undefined;
  for (const one of silences)
    if (one.since <= now && one.until > now && matches(one.host, host) && matches(one.tag, tag))
      until = epoch(Math.max(until ?? 0, one.until));
  return until;
}
