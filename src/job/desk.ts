import type { Bark } from "../bark.ts";
import { Lock } from "../lock.ts";
import { between, epoch, iso, later, now, seconds } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { refusalBark, type Terms, stateBark } from "./bark.ts";
import { type Approved, glance, judge, type Law } from "./judge.ts";
import { bootId, type Entry, Ledger } from "./ledger.ts";
import { called } from "./request.ts";
import type { Starter } from "./starter.ts";

/** Where requests are decided on: the only place that has something run. */
export interface Desk {
  readonly law: Law;
  readonly terms: Terms;
  readonly ledger: Ledger;
  readonly starter: Starter;
  /** Keeps what is to be barked. It is durable when this resolves. */
  readonly tell: (bark: Bark) => Promise<void>;
}

/** Takes one request: it is refused, or it is on its way. Both are told by barks, when this resolves.
 * @param body  as it came by the queue
 * @param letter  the id of that message: handed over again it is nothing new
 * @throws Trouble when it could not be done for now: it can be handed in again */
export async function take(body: string, letter: string, desk: Desk): Promise<void> {
  const { law, ledger, terms, tell } = desk;
  using _ = await locked(ledger);
  const seen = glance(body, law, now());
  if (!seen.ok) return await tell(refusalBark(seen.fault, letter, terms));
  const { asked } = seen.value;
  const before = ledger.find(asked.id);
  if (before !== undefined) {
    if (before.letter === letter) return await again(before, desk);
    const why = `it was taken on ${iso(epoch(before.taken))} already, and is not done twice`;
    return await tell(refusalBark({ why, asked }, letter, terms));
  }
  const judged = await judge(seen.value, law, ledger);
  if (!judged.ok) return await tell(refusalBark(judged.fault, letter, terms));
  if (judged.value.kind === "cancel") return await cancel(judged.value, seen.value, letter, desk);
  const entry = entryOf(judged.value, seen.value, letter);
  const why = await obstacle(entry, desk);
  if (why !== undefined) return await tell(refusalBark({ why, asked }, letter, terms));
  if (await renewed(entry, desk)) return;
  await ledger.write(entry);
  await begin(entry, desk);
}

/** One at a time: what overlaps is seen, and what is known stays known. */
async function locked({ home }: Ledger): Promise<Lock> {
  const lock = await Lock.wait(`${home}/desk.lock`);
  if (lock === undefined) throw new Trouble("the desk is not to be had", { retry: "later" });
  return lock;
}

type Start = Extract<Approved, { readonly kind: "start" }>;
interface Papers {
  readonly request: string;
  readonly signature: string;
}

function entryOf({ asked, principal, job, vector, undo }: Start, papers: Papers, letter: string): Entry {
  const moment = now();
  return {
    id: asked.id,
    request: papers.request,
    signature: papers.signature,
    principal,
    letter,
    waits: asked.waits,
    job: job.name,
    args: asked.args,
    user: job.user,
    vector,
    ...(undo === undefined ? {} : { undo }),
    ...(job.lease === undefined ? {} : { lease: job.lease }),
    timeout: job.timeout,
    overlap: job.overlap,
    unit: job.unit,
    state: asked.kind === "run" ? "begun" : "planned",
    taken: moment,
    until: Date.parse(asked.until),
    since: moment,
    boot: bootId(),
    ...(asked.kind === "schedule" ? { at: Date.parse(asked.at) } : {}),
    ...(asked.kind === "repeat" ? { calendar: asked.calendar } : {}),
  };
}

/** Why it is not to be run now, though it may be. */
async function obstacle(entry: Entry, { ledger, starter }: Desk): Promise<string | undefined> {
  const unable = starter.unable(entry);
  if (unable !== undefined) return unable;
  if (entry.calendar !== undefined && entry.lease !== undefined)
    return `${entry.job} holds for a while and is undone then; it is not for a calendar`;
  if (entry.at !== undefined && entry.at <= entry.taken) return `${iso(epoch(entry.at))} is over`;
  if (entry.overlap || entry.state !== "begun") return undefined;
  const others = ledger.all().filter(({ job, state }) => job === entry.job && state === "begun");
  const living = await starter.living(others);
  const other = others.find(({ id }) => living.has(id));
  return other && `${entry.job} is running already, as ${other.id}; wait for its end, or cancel it`;
}

/** What holds already is not done a second time, but holds for longer. */
async function renewed(entry: Entry, { ledger, starter, terms, tell }: Desk): Promise<boolean> {
  if (entry.lease === undefined || entry.state !== "begun") return false;
  const name = called(entry.job, entry.args);
  const holder = ledger
    .all()
    .find((one) => one.state === "held" && called(one.job, one.args) === name && one.boot === entry.boot);
  if (holder === undefined) return false;
  const holds = later(now(), seconds(entry.lease));
  const longer: Entry = { ...holder, holds: Math.max(holds, holder.holds ?? 0), since: now() };
  await starter.hold(longer, epoch(longer.holds ?? holds));
  await ledger.write(longer);
  const over: Entry = { ...entry, state: "over", holds: longer.holds ?? holds };
  await ledger.write(over);
  const summary = `holds already, now until ${iso(epoch(longer.holds ?? holds))}, as ${entry.principal} asked`;
  await tell(stateBark(over, "renewed", "ok", summary, terms));
  return true;
}

/** What is written down is begun. */
async function begin(entry: Entry, desk: Desk): Promise<void> {
  const { ledger, starter, terms, tell } = desk;
  try {
    if (entry.state === "begun") return await starter.start(entry);
    await starter.plan(entry);
    const when = entry.calendar ?? iso(epoch(entry.at ?? 0));
    await tell(stateBark(entry, "planned", "ok", `planned for ${when}, as ${entry.principal} asked`, terms));
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    const over: Entry = { ...entry, state: "over", since: now() };
    await ledger.write(over);
    await tell(stateBark(over, "lost", "fail", `not run: ${explain(error)}`, terms));
  }
}

/** A message that comes a second time: whoever was at it may have been ended in between.
 * @throws Trouble while that is not to be told yet */
async function again(entry: Entry, desk: Desk): Promise<void> {
  if (entry.state === "planned") return await begin(entry, desk);
  if (entry.state !== "begun" || (await desk.starter.living([entry])).has(entry.id)) return;
  if (!quiet(entry)) throw new Trouble("whether it was started is not known yet", { retry: "later" });
  await lose(entry, desk);
}

/** Whoever began it would have gone on by now. */
const quiet = ({ since }: Entry): boolean => between(epoch(since), now()) > 10;

async function cancel(
  { asked, principal, entry }: Extract<Approved, { readonly kind: "cancel" }>,
  papers: Papers,
  letter: string,
  { ledger, starter, terms, tell }: Desk,
): Promise<void> {
  if (entry.state === "over" || entry.state === "undoing") {
    const why = `${called(entry.job, entry.args)} is over already`;
    return await tell(refusalBark({ why, asked }, letter, terms));
  }
  const moment = now();
  const held = entry.state === "held";
  const runs = entry.state === "begun";
  const ended: Entry = {
    ...entry,
    state: held ? "undoing" : runs ? "begun" : "over",
    cancelled: principal,
    // What runs has written something since it began.
    since: runs ? entry.since : moment,
  };
  await ledger.write(ended);
  await starter.stop(entry);
  if (held) await starter.hold(ended, moment);
  const what = held ? "its lease ends now" : entry.state === "planned" ? "taken off its timer" : "stopped";
  await tell(
    stateBark({ ...ended, waits: false }, "cancelled", "ok", `${what}, as ${principal} asked`, terms),
  );
  if (asked.waits)
    await tell({
      ...stateBark(
        { ...ended, id: asked.id, waits: true },
        "cancelled",
        "ok",
        `${what}, as ${principal} asked`,
        terms,
      ),
    });
  // Last: whoever is ended before that cancels once more, and finds it over.
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

/** What has happened to it nobody can say. It is not tried again: that would be twice, perhaps. But what it may have
 * left behind is undone. */
async function lose(entry: Entry, { ledger, starter, terms, tell }: Desk): Promise<void> {
  const over: Entry = { ...entry, state: entry.undo === undefined ? "over" : "undoing", since: now() };
  await ledger.write(over);
  await tell(
    stateBark(
      over,
      "lost",
      "unknown",
      `whether it was run is not known: this machine went down, or its unit was taken away; ${entry.principal} asked, and it is not run again`,
      terms,
    ),
  );
  if (entry.undo !== undefined) await starter.hold(over, now());
}

/** Looks after what was under way when this machine, or whoever was at it, went down: nothing is run a second time,
 * timers are set again, what is too late is told.
 * @returns whether something is to be looked at again in a while
 * @throws Trouble when that cannot be done for now */
export async function recover(desk: Desk): Promise<boolean> {
  const { ledger, starter } = desk;
  using _ = await locked(ledger);
  ledger.tidy(now());
  const open = ledger.all().filter(({ state }) => state !== "over");
  const living = await starter.living(open);
  let unsettled = false;
  for (const entry of open.filter(({ id }) => !living.has(id))) {
    if (entry.boot === bootId() && !quiet(entry)) unsettled = true;
    else await resume({ ...entry, boot: bootId() }, desk);
  }
  return unsettled;
}

async function resume(entry: Entry, desk: Desk): Promise<void> {
  const { ledger, starter, terms, tell } = desk;
  try {
    if (entry.state === "begun") return await lose(entry, desk);
    if (entry.state === "planned" && entry.at !== undefined && entry.at <= now()) {
      const over: Entry = { ...entry, state: "over", since: now() };
      await ledger.write(over);
      const summary = `not run: this machine was off at ${iso(epoch(entry.at))}`;
      return await tell(stateBark(over, "lost", "fail", summary, terms));
    }
    if (entry.state === "planned") await starter.plan(entry);
    else await starter.hold(entry, epoch(entry.holds ?? now()));
    await ledger.write(entry);
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    await tell(stateBark(entry, "lost", "fail", `cannot go on: ${explain(error)}`, terms));
  }
}

/** How a run has ended: by itself, well or not, or because we ended it. */
export type How = "well" | "failed" | "stopped";

/** What is to be done now that a run is over: what holds is undone in time. What was stopped in the midst of it may have
 * done half, so that is undone at once; what says itself that it has failed has done nothing that would need it.
 * @returns the entry as it stands now */
export async function settle(
  entry: Entry,
  phase: "run" | "undo",
  how: How,
  { ledger, starter }: Pick<Desk, "ledger" | "starter">,
): Promise<Entry> {
  const moment = now();
  if (phase === "run" && entry.calendar !== undefined && entry.cancelled === undefined) return entry;
  const over: Entry = { ...entry, state: "over", since: moment };
  if (phase === "undo" || entry.undo === undefined || entry.lease === undefined || how === "failed") {
    await ledger.write(over);
    return over;
  }
  const holds = later(moment, seconds(entry.lease));
  const held: Entry =
    how === "well" && entry.cancelled === undefined
      ? { ...entry, state: "held", since: moment, holds }
      : { ...entry, state: "undoing", since: moment };
  await ledger.write(held);
  await starter.hold(held, epoch(held.holds ?? moment));
  return held;
}
