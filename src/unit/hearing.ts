import type { Bark } from "../bark.ts";
import type { Mail } from "../config/mail.ts";
import type { Policy } from "../config/policy.ts";
import type { Config } from "../config/schema.ts";
import type { Batch, Remembered } from "../history/batch.ts";
import type { Silence } from "../history/reader.ts";
import { makeId } from "../id.ts";
import type { Notice } from "../notice.ts";
import type { Verified } from "../operator/verify.ts";
import type { Receivers } from "../plugin/receivers.ts";
import type { Decision, Judging } from "../policy/decide.ts";
import { rewound } from "../policy/rewind.ts";
import { silencedUntil } from "../policy/silence.ts";
import { wakeAt } from "../policy/wake.ts";
import type { Subject } from "../subject.ts";
import type { Statement } from "../reaction/statement.ts";
import type { Ways } from "../policy/way.ts";
import type { Ruling } from "../rules/ruling.ts";
import { type Epoch, epoch } from "../time.ts";
import type { Result } from "../trouble.ts";

export interface Settings {
  readonly mail: Mail;
  readonly policy: Policy;
  readonly ways: Ways;
  /** What this machine is called. */
  readonly name: string;
  readonly receivers: Receivers;
  /** What standing rules say; undefined where there are none. */
  readonly ruling?: Ruling | undefined;
  /** Receivers of which it was said that they work. */
  readonly well: Set<string>;
  /** What operators ask in this batch, by message, as far as it was looked at whether they may. */
  readonly deeds: Map<string, Result<Verified, string>>;
  /** Likewise what the rounds say that rules want done. */
  readonly statements: Map<string, Result<Statement, string>>;
  /** How far that may go. */
  readonly reactions: Config["reactions"];
  /** Relations on which that rests. */
  readonly resting: ReadonlySet<string>;
  /** Whether the rounds are still to be made for the first time under this configuration. */
  fresh: boolean;
  /** Whether the log goes to the journal. */
  readonly journal: boolean;
}

/** What one batch has in common, and what it has brought about so far. */
export interface Hearing {
  readonly batch: Batch;
  readonly now: Epoch;
  readonly settings: Settings;
  /** Those that hold; a deed in the batch changes them. */
  readonly silences: Silence[];
  readonly lines: string[];
  /** Whether something waits to leave, and whether somebody is to be told something. */
  told: boolean;
  untold: boolean;
  /** Whether rules may have something done because of what has changed. */
  stirs: boolean;
}

/** How a subject is judged now. */
export function judgingOf({ host, tag }: Pick<Bark, "host" | "tag">, hearing: Hearing): Judging {
  const { now, settings, silences } = hearing;
  const { mail, ways, ruling } = settings;
  return {
    now,
    name: () => makeId(now),
    mail,
    way: ways.of(host, tag),
    silence: silences.length === 0 ? undefined : silencedUntil(silences, host, tag, now),
    ...(ruling === undefined ? undefined : byRule(ruling, { host, tag }, hearing)),
  };
}

/** What rules say of it. They are asked of the history: there it must stand as it is by now. What is decided is
 * remembered behind that. */
function byRule(
  ruling: Ruling,
  about: Pick<Bark, "host" | "tag">,
  { batch, now }: Hearing,
): Pick<Judging, "muted" | "ruled"> {
  const known = (subject: Subject): void =>
    batch.remember(batch.subject(subject.host, subject.tag), subject, undefined, false);
  return {
    muted: ruling.mutes
      ? (subject) => {
          known(subject);
          return ruling.muted(about, batch, now);
        }
      : undefined,
    ruled: ruling.routes
      ? (subject) => {
          if (subject !== undefined) known(subject);
          return ruling.mailto(about, batch, now);
        }
      : undefined,
  };
}

/** When the rounds must look at a subject again: where it waits for the end of a silence that was ended before its time,
 * when they are made next. */
export function wakeOf(subject: Subject, { now, way, silence }: Judging): Epoch | undefined {
  const hushed = subject.regard?.hushed;
  return hushed !== undefined && (silence ?? 0) < hushed ? now : wakeAt(subject, way);
}

/** Remembers what was decided, and tells it.
 * @param how.kept  the bark that was kept, where one was */
export function settleOn(
  remembered: Remembered,
  { subject, telling }: Decision,
  {
    judging,
    kept,
    hearing,
  }: { readonly judging: Judging; readonly kept: Bark | undefined; readonly hearing: Hearing },
): void {
  hearing.batch.remember(remembered, subject, wakeOf(subject, judging), kept !== undefined);
  if (telling !== undefined) tell(telling, kept, hearing);
}

/** Where the clock was ahead when a subject was heard of, and was set right since, it is remembered as of now.
 * @param moment  by the queue's clock */
export function setRight(remembered: Remembered, moment: Epoch, hearing: Hearing): void {
  const { subject } = remembered;
  if (subject === undefined) return;
  const right = rewound(subject, epoch(Math.max(moment, hearing.now)));
  if (right === subject) return;
  hearing.batch.remember(remembered, right, wakeOf(right, judgingOf(right, hearing)), false);
  hearing.batch.settle(remembered);
}

/** Somebody is to be told, together with what else happens now.
 * @param kept  the bark it is about, as it is kept */
export function tell(notice: Notice, kept: Bark | undefined, hearing: Hearing): void {
  if (hearing.batch.notice(notice, kept)) hearing.untold = true; // else it was decided before
}
