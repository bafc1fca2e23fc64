import { milliseconds, type Seconds } from "../time.ts";

/** Passes a sign of life on as often as is wanted, however often it is given. By the monotonic clock: after somebody
 * has set the other one back, nothing would be passed on for as long, and systemd would kill what is alive. */
export function heartbeat(every: Seconds, tell: () => void): () => void {
  let told = -Infinity;
  return () => {
    if (performance.now() - told < milliseconds(every) / 2) return;
    told = performance.now();
    tell();
  };
}
