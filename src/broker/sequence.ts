import { makeId } from "../id.ts";
import { epoch, now } from "../time.ts";

/** Ids that sort in the order in which they were made, within a millisecond too, and when the clock is set back:
 * the twelve bits after the version count (RFC 9562, section 6.2, method 1). */
export function sequence(): () => string {
  let moment = 0;
  let count = 0;
  return () => {
    const current = now();
    if (current > moment) [moment, count] = [current, 0];
    else if (++count > 0xfff) [moment, count] = [moment + 1, 0];
    const id = makeId(epoch(moment));
    return `${id.slice(0, 15)}${count.toString(16).padStart(3, "0")}${id.slice(18)}`;
  };
}
