import { type Bark, STATES, type State } from "../bark.ts";
import type { Notice } from "../notice.ts";
import type { Regard, Subject, Told } from "../subject.ts";
import { type Epoch, epoch, iso, later } from "../time.ts";
import { calmed, flaps, turned } from "./flapping.ts";
import { ROUNDS } from "../monitors.ts";
import { type Addressing, audience, type Ruled } from "./recipients.ts";
import type { Way } from "./way.ts";

/** Under what something is judged. */
export interface Judging {
  /** When it takes place. */
  readonly now: Epoch;
  /** Names a notice. */
  readonly name: () => string;
  readonly mail: Addressing;
  readonly way: Way;
  /** Until when the subject is silenced, if it is. */
  readonly silence: Epoch | undefined;
  /** Whether a rule mutes it, as it stands by now: then nobody is told before the next rounds, which ask again. Asked
   * only where there is something to tell; undefined where there are no such rules. */
  readonly muted?: ((subject: Subject) => boolean) | undefined;
  /** Asks rules whom to tell by mail, of a subject as it stands by now; undefined where there are no such rules. */
  readonly ruled?: ((subject?: Subject) => Ruled) | undefined;
}

/** What is to be judged: a bark that came, or the word of the rounds that none came. */
export interface Sight {
  readonly bark: Bark;
  readonly level: State;
  readonly at: Epoch;
  /** What a person should know of it besides. */
  readonly remark?: string | undefined;
  /** The next bark must have come by then. */
  readonly due?: Epoch | undefined;
  /** What it was until now, where it is well now. */
  readonly until?: State;
  /** How many more barks have said so: none, where the rounds look at what is known. */
  readonly count: 0 | 1;
}

export interface Decision {
  /** What is to be remembered; the very same object when nothing is new. */
  readonly subject: Subject;
  readonly telling?: Notice;
}

type Calm = Omit<Subject, "regard">;
/** What is remembered while it is made up. */
export type Open = { -readonly [Key in keyof Regard]: Regard[Key] };

/** Judges what was seen of a subject. Every telling of a trouble is followed by one of its end, to the same people;
 * what nobody was told of has no end to tell of.
 * @param before  what is remembered of it; undefined when it was never heard of */
export function decide(before: Subject | undefined, sight: Sight, judging: Judging): Decision {
  const { bark, level, at, due, count } = sight;
  if (before !== undefined && at < before.newest) return { subject: before };
  // A bark from before it was missed: a spell does not begin before the one it follows.
  const start = before === undefined ? at : epoch(Math.max(at, before.since));
  const since = before?.level === level ? before.since : start;
  const regard: Open = { ...before?.regard };
  delete regard.due;
  if (level !== "missing") delete regard.began;
  if (due !== undefined) regard.due = due;
  if (before !== undefined && (before.level === "ok") !== (level === "ok"))
    turned(regard, start, judging.way);
  const newest = count === 0 && before !== undefined ? before.newest : at;
  const seen = level === "ok" && before !== undefined ? { ...sight, until: before.level } : sight;
  return settle({ host: bark.host, tag: bark.tag, level, since, newest }, regard, seen, judging);
}

/** Judges a subject as it stands: time has passed, or what it is judged by has changed. */
export function settle(calm: Calm, regard: Open, sight: Sight, judging: Judging): Decision {
  const telling = say(calm, regard, sight, judging);
  const subject = Object.keys(regard).length === 0 ? calm : { ...calm, regard };
  return telling === undefined ? { subject } : { subject, telling };
}

function say(calm: Calm, regard: Open, sight: Sight, judging: Judging): Notice | undefined {
  const { way, now, silence } = judging;
  const silent = silence !== undefined && silence > now;
  const were = regard.flapping !== undefined;
  if (were && !calmed(regard, way, now))
    return silent || calledFlapping(regard) || muted(calm, regard, judging)
      ? undefined
      : tell("flapping", calm, regard, sight, judging);
  if (!were && flaps(regard, way)) {
    regard.flapping = now;
    return silent || muted(calm, regard, judging)
      ? undefined
      : tell("flapping", calm, regard, sight, judging);
  }
  if (calm.level === "ok") return wellAgain(calm, regard, sight, judging);
  if (silent) return hush(calm, regard, sight, judging);
  const kind = due(were, calm, regard, sight, judging);
  if (kind !== undefined && muted(calm, regard, judging)) {
    regard.hushed = epoch(now + 1);
    return undefined;
  }
  delete regard.hushed;
  return kind === undefined ? undefined : tell(kind, calm, regard, sight, judging);
}

const muted = (calm: Calm, regard: Open, judging: Judging): boolean =>
  judging.muted?.({ ...calm, regard: { ...regard } }) ?? false;

/** What there is to tell of what is bad. */
function due(
  were: boolean,
  calm: Calm,
  regard: Open,
  sight: Sight,
  judging: Judging,
): "bad" | "worse" | "reminder" | undefined {
  const { told, hushed, ack } = regard;
  if (told === undefined) return confirmed(calm, regard, sight, judging) ? "bad" : undefined;
  if (worse(calm.level, told.level)) return "worse";
  // Who was told before a silence, or that it flaps, is told when that is over and it is bad. Of what somebody is at they
  // need no reminder.
  return (hushed !== undefined && ack === undefined) || were || reminded(regard, judging.way, judging.now)
    ? "reminder"
    : undefined;
}

/** Whether anybody was told that it flaps: not where it began to in a silence. */
const calledFlapping = ({ told, flapping }: Open): boolean =>
  told !== undefined && flapping !== undefined && told.time >= flapping;

function wellAgain(calm: Calm, regard: Open, sight: Sight, judging: Judging): Notice | undefined {
  const { told } = regard;
  delete regard.held;
  delete regard.hushed;
  delete regard.ack;
  delete regard.told;
  // Also in a silence: who was told that it is bad waits for this.
  return told === undefined ? undefined : compose("well", { calm, told, to: told.to }, sight, judging);
}

/** It is bad, and nobody is told before the silence is over. */
function hush(calm: Calm, regard: Open, sight: Sight, judging: Judging): undefined {
  if (judging.silence !== undefined) regard.hushed = judging.silence;
  if (regard.told === undefined) hold(calm, regard, sight, judging);
}

function hold(
  calm: Calm,
  regard: Open,
  { bark, count }: Sight,
  { way }: Judging,
): NonNullable<Regard["held"]> {
  const { since = calm.since, count: before = 0 } = regard.held ?? {};
  // What does not come, or does not end, says so once.
  return (regard.held = {
    since,
    count: bark.monitor === ROUNDS ? Math.max(before, way.after) : before + count,
  });
}

function confirmed(calm: Calm, regard: Open, sight: Sight, judging: Judging): boolean {
  const { way, now } = judging;
  const held = hold(calm, regard, sight, judging);
  return held.count >= way.after && Math.max(now, sight.at) >= later(held.since, way.for);
}

const rank = (level: State): number => STATES.indexOf(level);

/** Missing is no degree of failing: when what was missing comes and is bad, that is news. */
const worse = (level: State, told: State): boolean =>
  told === "missing" ? level !== "missing" : rank(level) > rank(told);

function reminded({ told, ack }: Open, way: Way, now: Epoch): boolean {
  const again = told === undefined || ack !== undefined ? undefined : nextReminder(told, way);
  return again !== undefined && now >= again;
}

/** When what is told and lasts is told again. */
export function nextReminder({ time, times }: Told, { reminders }: Way): Epoch | undefined {
  const span = reminders[Math.min(times, reminders.length - 1)];
  return span === undefined ? undefined : later(time, span);
}

/** Tells of a trouble, and remembers that. Whoever was told of it is told how it goes on, whatever the newest bark or
 * the configuration says. */
function tell(
  kind: "bad" | "worse" | "reminder" | "flapping",
  calm: Calm,
  regard: Open,
  sight: Sight,
  judging: Judging,
): Notice | undefined {
  const { told } = regard;
  const { now, ruled } = judging;
  // What flaps may be well at this moment: it concerns those who are told when it is bad.
  const level = calm.level === "ok" ? (told?.level ?? sight.until ?? calm.level) : calm.level;
  const { to, remarks } = audience(sight.bark, level, {
    ...judging,
    ruled: ruled && (() => ruled({ ...calm, regard: { ...regard } })),
  });
  const before = told?.to ?? [];
  const known = new Set(before.map((one) => one.toLowerCase()));
  const everyone = [...before, ...to.filter((one) => !known.has(one.toLowerCase()))];
  if (everyone.length === 0) return undefined;
  const since = regard.held?.since ?? calm.since;
  const notice = compose(kind, { calm, told, to: everyone }, sight, judging, remarks);
  delete regard.held;
  regard.told = {
    level: told === undefined || worse(calm.level, told.level) ? calm.level : told.level,
    since: told?.since ?? since,
    thread: told?.thread ?? notice.id,
    to: everyone,
    time: now,
    times: kind === "reminder" ? (told?.times ?? 0) + 1 : 0,
  };
  return notice;
}

function compose(
  kind: Notice["kind"],
  {
    calm,
    told,
    to,
  }: { readonly calm: Calm; readonly told: Told | undefined; readonly to: readonly string[] },
  { bark, remark }: Sight,
  { now, name }: Judging,
  more: readonly string[] = [],
): Notice {
  const remarks = remark === undefined ? more : [...more, remark];
  return {
    id: name(),
    kind,
    level: calm.level,
    everyone: to,
    time: iso(now),
    ...(told === undefined
      ? {}
      : { previous: { level: told.level, since: iso(told.since) }, thread: told.thread }),
    ...(remarks.length === 0 ? {} : { remarks }),
    bark,
  };
}
