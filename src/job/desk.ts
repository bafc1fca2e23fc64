import type { Bark } from "../bark.ts";
import { Lock } from "../lock.ts";
import { between, epoch, iso, later, now, seconds } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { type Ended, ranBark, refusalBark, type Terms, stateBark } from "./bark.ts";
import { type Approved, glance, judge, type Law } from "./judge.ts";
import { bootId, type Entry, Ledger } from "./ledger.ts";
import { called, parseRequest, type Request } from "./request.ts";
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
    if (before.letter === letter) return await again(before, asked, desk);
    const why = `it was taken on ${iso(epoch(before.taken))} already, and is not done twice`;
    return await tell(refusalBark({ why, asked }, letter, terms));
  }
  const judged = await judge(seen.value, law, ledger);
  if (!judged.ok) return await tell(refusalBark(judged.fault, letter, terms));
  if (judged.value.kind === "cancel") return await cancel(judged.value, seen.value, letter, desk);
  const entry = entryOf(judged.value, seen.value, letter);
  const why = await obstacle(entry, desk);
  if (why !== undefined) {
    // Remembered: else whoever has kept it could hand it in once more, when nothing is in its way.
    await ledger.write({ ...entry, state: "over", refused: why });
    return await tell(refusalBark({ why, asked }, letter, terms));
  }
  await undone(entry, desk);
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
  const until = Math.max(later(now(), seconds(entry.lease)), holder.holds ?? 0);
  await starter.hold(holder, epoch(until));
  await ledger.write({ ...holder, holds: until, since: now() });
  const over: Entry = { ...entry, state: "over", holds: until };
  const summary = `holds already, now until ${iso(epoch(until))}, as ${entry.principal} asked`;
  await tell(stateBark(over, "renewed", "ok", summary, terms));
  await ledger.write(over);
  return true;
}

/** Whether the timer of a lease is about to elapse, or has: what it holds is being undone. */
const ending = ({ state, holds }: Entry): boolean =>
  state === "undoing" || (state === "held" && (holds ?? 0) < now() + 1000);

/** What is being undone at this moment would be undone behind the back of whoever does it anew. */
async function undone(entry: Entry, { ledger, starter }: Desk): Promise<void> {
  if (entry.lease === undefined || entry.state !== "begun") return;
  const name = called(entry.job, entry.args);
  const others = ledger.all().filter((one) => ending(one) && called(one.job, one.args) === name);
  if ((await starter.living(others)).size > 0)
    throw new Trouble(`${name} is being undone`, { retry: "later", advice: "it is done when that is over" });
}

/** What is written down is begun. */
async function begin(entry: Entry, desk: Desk): Promise<void> {
  const { ledger, starter, terms, tell } = desk;
  try {
    if (entry.state === "begun") return await starter.start(entry);
    await starter.plan(entry);
    await tell(plannedBark(entry, terms));
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    const over: Entry = { ...entry, state: "over", since: now() };
    await tell(stateBark(over, "lost", "fail", `not run: ${explain(error)}`, terms));
    await ledger.write(over);
  }
}

function plannedBark(entry: Entry, terms: Terms): Bark {
  const when = entry.calendar ?? iso(epoch(entry.at ?? 0));
  return stateBark(entry, "planned", "ok", `planned for ${when}, as ${entry.principal} asked`, terms);
}

/** A message that comes a second time: whoever was at it may have been ended in between.
 * @throws Trouble while that is not to be told yet */
async function again(entry: Entry, asked: Request, desk: Desk): Promise<void> {
  const { starter, terms, tell } = desk;
  if (entry.refused !== undefined)
    return await tell(refusalBark({ why: entry.refused, asked }, entry.letter, terms));
  const lives = (await starter.living([entry])).has(entry.id);
  if (entry.state === "planned") return await (lives ? tell(plannedBark(entry, terms)) : begin(entry, desk));
  if (entry.state !== "begun" || lives) return;
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

/** What has happened to it nobody can say. It is not tried again: that would be twice, perhaps. But what it may have
 * left behind is undone. */
async function lose(entry: Entry, { ledger, starter, terms, tell }: Desk): Promise<void> {
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
  for (const one of ledger.all()) {
    if (one.state !== "held" || one.id === entry.id || called(one.job, one.args) !== name) continue;
    await starter.stop(one);
    await ledger.write({ ...one, state: "over", since: now() });
  }
}
