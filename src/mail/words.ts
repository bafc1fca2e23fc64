import { type Bark, type State, STATES } from "../bark.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { epoch, formatSpan, iso, LATEST, later, parseSpan, seconds } from "../time.ts";
import { lasted, moment } from "./moment.ts";
import { ending, runOf } from "./run.ts";

// What stands in these words may hold anything that a bark holds.

const DOES: Readonly<Record<State, string>> = {
  ok: "is well again",
  warning: "needs a look",
  unknown: "cannot be judged",
  fail: "failed",
  missing: "did not come",
};

const STILL: Readonly<Record<State, string>> = {
  ok: "is well",
  warning: "still needs a look",
  unknown: "still cannot be judged",
  fail: "still fails",
  missing: "still has not come",
};

export const FLAPS = "goes to and fro";

/** What its subject does: "failed", "still fails", "did not come". Nothing for a note, which says so itself. */
export function does({ kind, level }: Pick<Notice, "kind" | "level">): string {
  if (kind === "note") return "";
  if (kind === "flapping") return `${FLAPS}, and is not told again until it is stable`;
  return kind === "reminder" ? STILL[level] : DOES[level];
}

/** What is to be added to that. */
export function besides({ kind, level, previous }: Notice): string {
  if (kind !== "worse") return "";
  const before = previous?.level ?? "ok";
  const worse = STATES.indexOf(level) > STATES.indexOf(before) && level !== "missing";
  return worse ? ", worse than before" : ", in another way than before";
}

/** What is to be known of a parcel as a whole, one sentence each. */
export const remarks = ({ remarks = [], more = 0 }: Parcel): readonly string[] =>
  more === 0
    ? remarks
    : [
        ...remarks,
        `${more} more are not in here: what is not well now says sheepdog status, what was, sheepdog list.`,
      ];

/** What there is to say of it, in a few words. */
export function said({ bark, kind, level }: Notice): string {
  if (kind === "note" || kind === "well") return bark.summary;
  if (level !== "missing") return happened(bark);
  const due = dueOf(bark);
  return due === undefined ? "not in time" : `was due ${moment(due, "minute")}`;
}

/** What happened, in a few words. */
export function happened(bark: Bark): string {
  const run = runOf(bark);
  if (run === undefined || bark.level === "ok") return bark.summary;
  const took =
    bark.elapsed === undefined || run.timeout !== null ? "" : ` after ${formatSpan(seconds(bark.elapsed))}`;
  return ending(run) + took;
}

/** When the next bark after this one was due (RFC 3339), as far as it said so itself. */
export function dueOf({ due, expect, time }: Bark): string | undefined {
  if (due !== undefined || expect === undefined) return due;
  const span = parseSpan(expect);
  const at = span === undefined ? Number.NaN : later(epoch(Date.parse(time)), span);
  return Math.abs(at) <= LATEST ? iso(epoch(at)) : undefined;
}

/** How long it has been as it is, or was until it became well: "3h 10min". */
export function howLong({ bark, kind, time, previous }: Notice): string | undefined {
  if (previous === undefined) return undefined;
  // Of what is told again nothing new need have come.
  return lasted(previous.since, kind === "reminder" || kind === "flapping" ? time : bark.time);
}
