import { type Epoch, epoch } from "../time.ts";
import { ask } from "./ask.ts";

/** When the timers that run and fit a pattern of systemctl's elapse next, by name, as systemd has it (systemctl(1),
 * list-timers); undefined for one that has not made up its mind, while its service runs. Empty where there is no
 * systemd. */
export async function timers(pattern: string): Promise<ReadonlyMap<string, Epoch | undefined>> {
  const said = await ask("systemctl", ["list-timers", "--output=json", "--", pattern]);
  try {
    const all = JSON.parse(said ?? "[]") as readonly { unit: string; next: number | null }[];
    return new Map(all.map(({ unit, next }) => [unit, moment(next)]));
  } catch {
    return new Map(); // an older systemd, which knows no JSON here
  }
}

/** Microseconds; 0 is never. */
const moment = (us: number | null): Epoch | undefined => (us ? epoch(Math.round(us / 1000)) : undefined);
