import { when } from "../clock.ts";
import { between, epoch, formatSpan } from "../time.ts";

/** A time (RFC 3339) by the clock on this machine's wall. What is no time is shown as it is: whoever wrote it, a person
 * may know what is meant. */
export function moment(text: string, form: "minute" | "full" = "full"): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : when(epoch(at), form);
}

/** How long it is from one time to another: "3h 10min".
 * @returns undefined where one is no time, or the second is not after the first */
export function lasted(since: string, until: string): string | undefined {
  const [from, to] = [Date.parse(since), Date.parse(until)];
  return from < to ? formatSpan(between(epoch(from), epoch(to))) : undefined;
}
