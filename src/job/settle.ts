import { epoch, later, now, seconds } from "../time.ts";
import { type Ended, ranBark } from "./bark.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./ledger.ts";
import { called } from "./request.ts";

/** What is to be done now that a run is over: that is told, and what holds is undone in time. It is told first: whoever is
 * ended in between leaves one behind that is told of twice, and none that is never told of.
 * @param entry  as it stands in the ledger */
export async function settle(entry: Entry, phase: "run" | "undo", ended: Ended, desk: Desk): Promise<void> {
  const { ledger, starter, terms, tell } = desk;
  const settled = afterwards(entry, phase, ended);
  await tell(ranBark(settled, phase, ended, terms));
  if (settled === entry) return;
  await ledger.write(settled);
  if (settled.state === "over") return;
  await starter.hold(settled, epoch(settled.holds ?? settled.since));
  if (settled.state === "held") await supersede(settled, desk);
}

/** What holds is undone. What was stopped in the midst of it may have done half, so that is undone at once; what says
 * itself that it has failed has done nothing that would need it. */
function afterwards(entry: Entry, phase: "run" | "undo", ended: Ended): Entry {
  const { undo, lease, calendar, cancelled } = entry;
  if (phase === "run" && calendar !== undefined && cancelled === undefined) return entry;
  const moment = now();
  const how = howOf(ended);
  if (phase === "undo" || undo === undefined || lease === undefined || how === "failed")
    return { ...entry, state: "over", since: moment };
  return how === "well" && cancelled === undefined
    ? { ...entry, state: "held", since: moment, holds: later(moment, seconds(lease)) }
    : { ...entry, state: "undoing", since: moment };
}

/** How it ended, as far as what it has done is concerned. */
function howOf({ status, signal, overran, trouble }: Ended): "well" | "failed" | "stopped" {
  if (status === 0 && !overran && trouble === undefined) return "well";
  return overran || signal !== null ? "stopped" : "failed";
}

/** The same that held before, from another boot or another request, must not be undone under this one. */
async function supersede(entry: Entry, { ledger, starter }: Desk): Promise<void> {
  const name = called(entry.job, entry.args);
  for (const one of ledger.open()) {
    if (one.state !== "held" || one.id === entry.id || called(one.job, one.args) !== name) continue;
    await starter.stop(one);
    await ledger.write({ ...one, state: "over", since: now() });
  }
}
