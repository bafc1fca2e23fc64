import type { Bark } from "../bark.ts";
import { epoch, iso, later, now, seconds } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { refusalBark, type Terms, stateBark } from "./bark.ts";
import { cancel } from "./cancel.ts";
import { type Desk, locked } from "./desk.ts";
import { type Approved, glance, judge, type Plausible } from "./judge.ts";
import { bootId, type Entry } from "./ledger.ts";
import { lose, quiet } from "./lose.ts";
import { called, type Envelope, type Request } from "./request.ts";

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
  if (!judged.ok) {
    const { principal, why } = judged.fault;
    // Remembered, where somebody has really asked: what their machine refuses today it may allow tomorrow, and what they
    // asked for is not to be handed in then by whoever has kept it.
    if (principal !== undefined) await ledger.write(spent(seen.value, principal, letter, why));
    return await tell(refusalBark(judged.fault, letter, terms));
  }
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

type Start = Extract<Approved, { readonly kind: "start" }>;

function entryOf({ asked, principal, job, vector, undo }: Start, papers: Envelope, letter: string): Entry {
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

/** A request that nothing comes of. */
function spent(
  { asked, request, signature }: Plausible,
  principal: string,
  letter: string,
  why: string,
): Entry {
  const moment = now();
  return {
    id: asked.id,
    request,
    signature,
    principal,
    letter,
    waits: asked.waits,
    job: asked.kind === "cancel" ? "" : asked.job,
    args: {},
    user: "",
    vector: [],
    timeout: 0,
    overlap: true,
    unit: {},
    state: "over",
    refused: why,
    taken: moment,
    until: Date.parse(asked.until),
    since: moment,
    boot: bootId(),
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
  const others = ledger.open().filter(({ job, state }) => job === entry.job && state === "begun");
  const living = await starter.living(others);
  const other = others.find(({ id }) => living.has(id));
  return other && `${entry.job} is running already, as ${other.id}; wait for its end, or cancel it`;
}

/** What holds already is not done a second time, but holds for longer. */
async function renewed(entry: Entry, { ledger, starter, terms, tell }: Desk): Promise<boolean> {
  if (entry.lease === undefined || entry.state !== "begun") return false;
  const name = called(entry.job, entry.args);
  const holder = ledger
    .open()
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
  const others = ledger.open().filter((one) => ending(one) && called(one.job, one.args) === name);
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
