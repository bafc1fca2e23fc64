import { type Epoch, epoch } from "../time.ts";
import { ask } from "./ask.ts";

/** When a timer elapses next, and when it did last. */
export interface Elapse {
  readonly next: Epoch | undefined;
  readonly last: Epoch | undefined;
}

/** The timers that fit a pattern of systemctl's, by name, as systemd has them (systemctl(1), list-timers). Empty where
 * there is no systemd. */
export async function timers(pattern: string): Promise<ReadonlyMap<string, Elapse>> {
  const said = await ask("systemctl", ["list-timers", "--all", "--output=json", "--", pattern]);
  try {
    const all = JSON.parse(said ?? "[]") as readonly {
      unit: string;
      next: number | null;
      last: number | null;
    }[];
    return new Map(all.map(({ unit, next, last }) => [unit, { next: moment(next), last: moment(last) }]));
  } catch {
    return new Map(); // an older systemd, which knows no JSON here
  }
}

/** Microseconds; 0 is never. */
const moment = (us: number | null): Epoch | undefined => (us ? epoch(Math.round(us / 1000)) : undefined);
