import { now } from "../time.ts";
import { refusalBark, stateBark } from "./bark.ts";
import type { Desk } from "./desk.ts";
import type { Approved } from "./judge.ts";
import type { Entry } from "./ledger.ts";
import { called, type Envelope } from "./request.ts";

/** Ends what was asked before: takes it off its timer, stops it while it runs, or ends its lease. */
export async function cancel(
  { asked, principal, entry }: Extract<Approved, { readonly kind: "cancel" }>,
  papers: Envelope,
  letter: string,
  { ledger, starter, terms, tell }: Desk,
): Promise<void> {
  const { state } = entry;
  // The same once more, where whoever was at it was ended in between: what is done twice here is done once.
  const anew = entry.ender === asked.id;
  if (!anew && (state === "over" || state === "undoing")) {
    const why = `${called(entry.job, entry.args)} is over already`;
    return await tell(refusalBark({ why, asked }, letter, terms));
  }
  const moment = now();
  const runs = state === "begun";
  const ended: Entry = {
    ...entry,
    state: state === "held" ? "undoing" : state === "planned" ? "over" : state,
    cancelled: principal,
    ender: asked.id,
    // What runs has written something since it began.
    since: runs || anew ? entry.since : moment,
  };
  await ledger.write(ended);
  await starter.stop(entry);
  if (ended.state === "undoing") await starter.hold(ended, moment);
  const what =
    ended.state === "undoing"
      ? "its lease ends now"
      : state === "planned"
        ? "taken off its timer"
        : "stopped";
  const summary = `${what}, as ${principal} asked`;
  await tell(stateBark({ ...ended, waits: false }, "cancelled", "ok", summary, terms));
  if (asked.waits)
    await tell(stateBark({ ...ended, id: asked.id, waits: true }, "cancelled", "ok", summary, terms));
  // Last: whoever is ended before that does it once more.
  await ledger.write({
    ...entry,
    ...papers,
    id: asked.id,
    letter,
    principal,
    waits: asked.waits,
    until: Date.parse(asked.until),
    taken: moment,
    since: moment,
    state: "over",
  });
}
