import type { Policy } from "../config/policy.ts";
import { type Epoch, later, seconds } from "../time.ts";

/** Over which the cap counts. */
export const WINDOW = seconds(3600);
/** What is gathered for longer, because there is so much. */
const LONGEST = seconds(600);

/** When what waits for one person leaves: after the gathering, which is the longer the more there was to tell of late,
 * and not while the cap is reached.
 * @param since  since when it waits
 * @param sent   what that person was sent within the last hour: how often, and when first */
export function leaves(
  since: Epoch,
  sent: { readonly count: number; readonly first: Epoch },
  { gather, cap }: Pick<Policy, "gather" | "cap">,
): Epoch {
  if (capped(sent.count, cap)) return later(sent.first, WINDOW);
  const grown = Math.min(gather * 2 ** sent.count, LONGEST);
  return later(since, seconds(Math.max(gather, grown)));
}

export const capped = (count: number, cap: number): boolean => cap > 0 && count >= cap;

/** What the last one under the cap says. */
export const lastOfHour = (cap: number): string =>
  `This is mail number ${cap} within an hour; what comes next is gathered, and told in one when the hour is over.`;
