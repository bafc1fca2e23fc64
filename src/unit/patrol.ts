import type { Bark } from "../bark.ts";
import { when } from "../clock.ts";
import type { Remembered } from "../history/batch.ts";
import { derivedId } from "../id.ts";
import { audience } from "../policy/recipients.ts";
import { awaited, named } from "../policy/expect.ts";
import { round } from "../policy/round.ts";
import { ROUNDS } from "../monitors.ts";
import type { Subject } from "../subject.ts";
import { between, type Epoch, epoch, formatSpan, iso, later, seconds } from "../time.ts";
import { digestDue } from "../policy/digest.ts";
import { sendDigest } from "./digest.ts";
import { type Hearing, judgingOf, setRight, settleOn, tell, wakeOf } from "./hearing.ts";

/** Rounds that were called for longer ago than this are not made: nobody looked meanwhile, and what came since is
 * still in the queue. */
const FRESH = seconds(180);
/** Nobody looked when the rounds were not made for so long. */
const BLIND = seconds(300);
/** After that, what waits in the spools of the herd needs some time to arrive. */
const SETTLE = seconds(600);
/** Subjects that are looked at in one go. */
const MANY = 1000;

/** Makes the rounds: looks at what time alone brings, what did not come, reminders, silences that are over, the digest.
 * @param called  when they were called for, by the queue's clock: all that came before is heard */
export function makeRounds(called: Epoch, hearing: Hearing): void {
  const { batch, now, settings } = hearing;
  if (between(called, now) > FRESH) return;
  const last = batch.rounds.last();
  // What was heard since is looked at in a minute; and calls without end cost nothing.
  if (last?.made === now) return;
  // A clock that was set back by little: they are made when it has caught up.
  if (last !== undefined && now < last.made && between(now, last.made) < BLIND) return;
  if (last !== undefined && between(last.made, now) > BLIND) wereBlind(last.made, hearing);
  // One that was set back by more: whatever is to be looked at by then is looked at now.
  if (last !== undefined && now < last.made) batch.awaken();
  if (settings.fresh) begin(hearing);
  look(hearing);
  const digest = epoch(Math.min(last?.digest ?? now, now));
  const due = digestDue(settings.policy.digest, digest, now);
  if (due) sendDigest({ since: digest, buried: last?.buried ?? 0 }, hearing);
  batch.rounds.made(now, due ? now : digest);
  hearing.untold = true; // a gathering may be over, or the hour of a cap
}

/** The configuration may be another one than the last rounds were made under. */
function begin(hearing: Hearing): void {
  const { batch, settings } = hearing;
  batch.awaken();
  const { expect } = settings.ways.rules;
  const known = Object.keys(expect).length === 0 ? [] : batch.subjects();
  for (const one of [...named(expect), ...known]) expectIt(one, hearing);
  settings.fresh = false;
}

function expectIt({ host, tag }: { readonly host: string; readonly tag: string }, hearing: Hearing): void {
  const { batch, now } = hearing;
  const remembered = batch.subject(host, tag);
  const judging = judgingOf({ host, tag }, hearing);
  const subject = awaited(remembered.subject, { host, tag }, judging.way, now);
  if (subject !== undefined) batch.remember(remembered, subject, wakeOf(subject, judging), false);
}

function look(hearing: Hearing): void {
  const { batch, now, settings } = hearing;
  const blinded = batch.rounds.blinded(now);
  const sighted = blinded === undefined ? undefined : later(blinded, SETTLE);
  const all = wakeful(hearing);
  for (const { host, tag } of all) setRight(batch.subject(host, tag), now, hearing);
  const judging = (about: About): Parameters<typeof round>[2] => ({ ...judgingOf(about, hearing), sighted });
  const before = settings.ruling?.mutes === true ? foresee(all, judging, hearing) : NOTHING;
  for (const about of all) {
    const remembered = batch.subject(about.host, about.tag);
    const subject = before.get(remembered) ?? remembered.subject;
    if (subject === undefined) continue;
    const how = judging(about);
    const decision = round(subject, batch.newest(remembered), how);
    settleOn(remembered, decision, { judging: how, kept: undefined, hearing });
  }
}

type About = Pick<Bark, "host" | "tag">;
const NOTHING: ReadonlyMap<Remembered, Subject> = new Map();

/** What mutes something may be seen in the same rounds, and behind it: so it is made known what has changed before
 * anybody is told of anything.
 * @returns as what each of these was remembered */
function foresee(
  all: readonly About[],
  judging: (about: About) => Parameters<typeof round>[2],
  { batch }: Hearing,
): ReadonlyMap<Remembered, Subject> {
  const before = new Map<Remembered, Subject>();
  for (const about of all) {
    const remembered = batch.subject(about.host, about.tag);
    const { subject } = remembered;
    if (subject === undefined) continue;
    const then = round(subject, batch.newest(remembered), { ...judging(about), muted: () => true }).subject;
    if (then.level === subject.level) continue;
    before.set(remembered, subject);
    batch.remember(remembered, then, undefined, false);
  }
  return before;
}

/** Read before any of them is looked at: what is remembered of one moves it out of this list. */
function wakeful({ batch, now }: Hearing): readonly About[] {
  const all: About[] = [];
  for (;;) {
    const some = batch.wakeful(now, MANY, all.length);
    all.push(...some);
    if (some.length < MANY) return all;
  }
}

/** Nobody looked for a while: what was due then may have come and still be on its way. Said once. */
function wereBlind(since: Epoch, hearing: Hearing): void {
  const { batch, now, settings } = hearing;
  batch.rounds.blind(since, now);
  const span = formatSpan(between(since, now));
  const summary = `nobody looked for ${span}, from ${when(since, "minute")} to ${when(now, "minute")}`;
  const bark: Bark = {
    id: derivedId(ROUNDS, String(since)),
    time: iso(now),
    host: settings.name,
    tag: "rounds",
    monitor: ROUNDS,
    level: "warning",
    summary,
  };
  const { to } = audience(bark, "warning", judgingOf(bark, hearing));
  if (to.length === 0) return;
  const text =
    "The handler, its queue or the rounds (sheepdog-rounds.timer) did not work. What was due in that time is not called missing before it had time to arrive.";
  tell(
    { id: bark.id, kind: "note", level: "warning", everyone: to, time: iso(now), text, bark },
    undefined,
    hearing,
  );
}
