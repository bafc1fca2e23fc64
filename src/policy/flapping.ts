import { type Epoch, later } from "../time.ts";
import type { Open } from "./decide.ts";
import type { Way } from "./way.ts";

/** What goes to and fro between well and bad is called flapping. Nothing is told of it until it is stable. */

/** It turned. */
export function turned(regard: Open, at: Epoch, { flapping, within }: Way): void {
  if (flapping === 0) return;
  regard.turns = [...(regard.turns ?? []), at].filter((one) => later(one, within) > at).slice(-flapping);
}

/** Whether it has turned so often of late. */
export const flaps = ({ turns }: Open, { flapping }: Way): boolean =>
  flapping > 0 && (turns?.length ?? 0) >= flapping;

/** When it is stable, if nothing happens until then. */
export function stableAt(
  { turns, flapping }: Pick<Open, "turns" | "flapping">,
  { stable }: Way,
): Epoch | undefined {
  const last = turns?.at(-1) ?? flapping;
  return last === undefined ? undefined : later(last, stable);
}

/** Whether what flapped is stable now; then it is no more said to flap. */
export function calmed(regard: Open, way: Way, now: Epoch): boolean {
  const at = stableAt(regard, way);
  if (at !== undefined && now < at) return false;
  delete regard.flapping;
  delete regard.turns;
  return true;
}
