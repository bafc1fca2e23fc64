import { between, epoch, now } from "../time.ts";
import { stateBark } from "./bark.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./ledger.ts";

/** Whoever began it would have gone on by now. */
export const quiet = ({ since }: Entry): boolean => between(epoch(since), now()) > 10;

/** What has happened to it nobody can say. It is not tried again: that would be twice, perhaps. But what it may have
 * left behind is undone. */
export async function lose(entry: Entry, { ledger, starter, terms, tell }: Desk): Promise<void> {
  const over: Entry = { ...entry, state: entry.undo === undefined ? "over" : "undoing", since: now() };
  await tell(
    stateBark(
      over,
      "lost",
      "unknown",
      `whether it was run is not known: this machine went down, or its unit was taken away; ${entry.principal} asked, and it is not run again`,
      terms,
    ),
  );
  await ledger.write(over);
  if (entry.undo !== undefined) await starter.hold(over, now());
}
