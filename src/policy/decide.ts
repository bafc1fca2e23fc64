import { type Bark, LEVELS, type Level } from "../bark.ts";
import type { Mail } from "../config/schema.ts";
import type { Notice } from "../notice.ts";
import type { Subject, Told } from "../subject.ts";
import { type Epoch, iso } from "../time.ts";
import type { Filed } from "./filed.ts";
import { type Recipients, recipients } from "./recipients.ts";

/** Under what a batch of barks is judged. */
export interface Judging {
  /** When it takes place. */
  readonly now: Epoch;
  /** Names a notice. */
  readonly name: () => string;
  readonly mail: Pick<Mail, "to" | "allow">;
}

export interface Decision {
  /** What is to be remembered; the very same object when nothing is new. */
  readonly subject: Subject;
  readonly telling?: Notice;
}

/** The plain policy: tell when a subject goes bad, gets worse than was told, or is well again after it was told
 * bad. Never twice for the same state, and nobody of the end of what they never heard of.
 * @param before  what is remembered of the subject; undefined when this is its first bark */
export function decide(before: Subject | undefined, filed: Filed, judging: Judging): Decision {
  const { bark, at } = filed;
  if (before !== undefined && at < before.newest) return { subject: before };
  const calm: Omit<Subject, "told"> = {
    host: bark.host,
    tag: bark.tag,
    level: bark.level,
    since: before?.level === bark.level ? before.since : at,
    newest: at,
  };
  const told = before?.told;
  const kind = judge(told, bark.level);
  if (kind === undefined) return { subject: told === undefined ? calm : { ...calm, told } };
  const telling = compose(kind, told, filed, judging);
  if (kind === "well") return { subject: calm, telling };
  const trouble: Told = {
    level: bark.level,
    since: told?.since ?? calm.since,
    thread: told?.thread ?? telling.id,
    to: telling.everyone,
  };
  return { subject: { ...calm, told: trouble }, telling };
}

function judge(told: Told | undefined, level: Level): Notice["kind"] | undefined {
  if (level === "ok") return told === undefined ? undefined : "well";
  if (told === undefined) return "bad";
  return rank(level) > rank(told.level) ? "worse" : undefined;
}
const rank = (level: Level): number => LEVELS.indexOf(level);

function compose(
  kind: Notice["kind"],
  told: Told | undefined,
  { bark, remark }: Filed,
  { now, name, mail }: Judging,
): Notice {
  const who = audience(kind, told, bark, mail);
  const remarks = remark === undefined ? who.remarks : [...who.remarks, remark];
  return {
    id: name(),
    kind,
    level: bark.level,
    everyone: who.to,
    time: iso(now),
    ...(told === undefined
      ? {}
      : { previous: { level: told.level, since: iso(told.since) }, thread: told.thread }),
    ...(remarks.length === 0 ? {} : { remarks }),
    bark,
  };
}

/** Whoever was told of a trouble is told how it goes on, whatever the newest bark or the configuration says. */
function audience(
  kind: Notice["kind"],
  told: Told | undefined,
  bark: Bark,
  mail: Judging["mail"],
): Recipients {
  const before = told?.to ?? [];
  if (kind === "well") return { to: before, remarks: [] };
  const { to, remarks } = recipients(bark, mail);
  const known = new Set(before.map((one) => one.toLowerCase()));
  return { to: [...before, ...to.filter((one) => !known.has(one.toLowerCase()))], remarks };
}
