import { epoch, iso, now } from "../time.ts";
import { explain } from "../trouble.ts";
import { stateBark } from "./bark.ts";
import { type Desk, locked } from "./desk.ts";
import { judge } from "./judge.ts";
import { bootId, type Entry } from "./ledger.ts";
import { lose, quiet } from "./lose.ts";
import { parseRequest } from "./request.ts";

/** Looks after what was under way when this machine, or whoever was at it, went down: nothing is run a second time,
 * timers are set again, what is too late is told.
 * @returns whether something is to be looked at again in a while
 * @throws Trouble when that cannot be done for now */
export async function recover(desk: Desk): Promise<boolean> {
  const { ledger, starter } = desk;
  using _ = await locked(ledger);
  ledger.tidy(now());
  const open = ledger.open();
  const living = await starter.living(open);
  let unsettled = false;
  for (const entry of open) {
    const why = entry.state === "planned" ? await forbidden(entry, desk) : undefined;
    if (why !== undefined) await unplan(entry, why, desk);
    else if (living.has(entry.id)) continue;
    else if (entry.boot === bootId() && !quiet(entry)) unsettled = true;
    else await resume(entry, desk);
  }
  return unsettled;
}

/** Why what waits for its timer would not be allowed any more: the word of this machine's owner may have changed. */
async function forbidden(
  { request, signature, taken }: Entry,
  { law, ledger }: Desk,
): Promise<string | undefined> {
  const parsed = parseRequest(request);
  if (!parsed.ok) return parsed.fault;
  const judged = await judge({ asked: parsed.value, request, signature }, law, ledger, epoch(taken));
  return judged.ok ? undefined : judged.fault.why;
}

async function unplan(entry: Entry, why: string, { ledger, starter, terms, tell }: Desk): Promise<void> {
  const over: Entry = { ...entry, state: "over", since: now() };
  await starter.stop(entry);
  await tell(stateBark(over, "lost", "fail", `taken off its timer: ${why}`, terms));
  await ledger.write(over);
}

async function resume(entry: Entry, desk: Desk): Promise<void> {
  const { ledger, starter, terms, tell } = desk;
  try {
    if (entry.state === "begun") return await lose(entry, desk);
    if (entry.state === "planned" && entry.at !== undefined && entry.at <= now()) {
      const over: Entry = { ...entry, state: "over", since: now() };
      const summary = `not run: this machine was off at ${iso(epoch(entry.at))}`;
      await tell(stateBark(over, "lost", "fail", summary, terms));
      return await ledger.write(over);
    }
    if (entry.state === "planned") await starter.plan(entry);
    else await starter.hold(entry, epoch(entry.holds ?? now()));
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    await tell(stateBark(entry, "lost", "fail", `cannot go on: ${explain(error)}`, terms));
  }
}
