import { attributed } from "../author.ts";
import { type Bark, parseBark } from "../bark.ts";
import type { Message, Verdict } from "../broker/contract.ts";
import type { Batch, Remembered } from "../history/batch.ts";
import type { Writer } from "../history/writer.ts";
import { decide } from "../policy/decide.ts";
import { type Filed, file } from "../policy/filed.ts";
import type { Subject } from "../subject.ts";
import { OPERATOR, REACTION, ROUNDS, START } from "../monitors.ts";
import { begins, sight } from "../policy/run.ts";
import type { Verified } from "../operator/verify.ts";
import type { Result } from "../trouble.ts";
import { Unloaded } from "../plugin/receivers.ts";
import type { Wanted } from "../plugin/actions.ts";
import { type Epoch, iso, now } from "../time.ts";
import { obey, refuse } from "./deeds.ts";
import { carryOut, type Follows, follows, health } from "./follow.ts";
import { type Hearing, judgingOf, setRight, type Settings, settleOn, tell, wakeOf } from "./hearing.ts";
import { logLine } from "./log.ts";
import { makeRounds } from "./patrol.ts";
import { reacted } from "./reacted.ts";
import { release } from "./release.ts";
import { concerns } from "./stir.ts";

export interface Outcome {
  /** One a message, in their order. */
  readonly verdicts: readonly Verdict[];
  /** The log of what is new in the history, whole lines. */
  readonly log: string;
  /** Whether messages wait in the outbox now. */
  readonly told: boolean;
  /** Whether the rounds are to be made at once. */
  readonly stirs: boolean;
  /** When there is somebody to tell something next. */
  readonly next: Epoch | undefined;
}

/** Reads a batch, keeps it, and decides who is told: all of it in one transaction. One message that cannot be kept
 * must not hold up the others: then each gets a transaction of its own.
 * @throws Trouble when the history cannot be written, and Unloaded when a plugin is to be loaded first; then nothing
 * of the batch has happened */
export function hear(
  messages: readonly Message[],
  writer: Writer,
  settings: Settings,
  moment: Epoch = now(),
): Outcome {
  try {
    return writer.transaction((batch) => hearAll(batch, messages, settings, moment));
  } catch (error) {
    if ((error as Error).name === "Trouble" || error instanceof Unloaded) throw error;
    if (messages.length === 1) {
      const reason = `cannot be kept: ${(error as Error).message}`;
      return {
        verdicts: [{ kind: "dead", reason }],
        log: "",
        told: false,
        stirs: false,
        next: undefined,
      };
    }
  }
  const outcomes = messages.map((message) => hear([message], writer, settings, moment));
  return {
    verdicts: outcomes.flatMap(({ verdicts }) => verdicts),
    log: outcomes.map(({ log }) => log).join(""),
    told: outcomes.some(({ told }) => told),
    stirs: outcomes.some(({ stirs }) => stirs),
    next: outcomes.at(-1)?.next,
  };
}

function hearAll(batch: Batch, messages: readonly Message[], settings: Settings, moment: Epoch): Outcome {
  const silences = [...batch.silences.list(moment)];
  const hearing: Hearing = {
    batch,
    now: moment,
    settings,
    silences,
    lines: [],
    told: false,
    untold: false,
    stirs: false,
  };
  const write = writing();
  // One after the other from text to row: what is made of a message is garbage before the next one is read.
  const verdicts = messages.map((message) => hearOne(message, write(message.time), hearing));
  const dead = verdicts.filter(({ kind }) => kind === "dead").length;
  if (dead > 0) batch.rounds.buried(dead);
  const { told, untold, lines } = hearing;
  const { next, posted } = untold
    ? release(batch, settings.policy, moment)
    : { next: undefined, posted: false };
  const stirs = hearing.stirs || concerns(batch.changed, settings.resting);
  return { verdicts, log: lines.join(""), told: told || posted, stirs, next };
}

const DONE: Verdict = { kind: "done" };
const CLASH: Verdict = {
  kind: "dead",
  reason: "another bark was kept under its `id`; leave `id` out, or make a new one for each bark",
};

/** The path of one bark. */
function hearOne(message: Message, arrived: string, hearing: Hearing): Verdict {
  const { stranger } = message;
  const authored = stranger === undefined ? undefined : attributed(message.body, message.id, stranger);
  if (authored?.ok === false) return { kind: "dead", reason: authored.fault };
  const body = authored?.value ?? message.body;
  const parsed = parseBark(body, { id: message.id, time: arrived });
  if (!parsed.ok) return { kind: "dead", reason: parsed.fault };
  const filed = file(parsed.value, message);
  const { bark, at } = filed;
  // Not by the monitor alone: somebody's own monitor may be called so, too.
  if (bark.monitor === ROUNDS && bark.tag === ROUNDS) {
    makeRounds(message.time, hearing);
    return DONE;
  }
  const { batch, settings, lines } = hearing;
  const statement = bark.monitor === REACTION ? settings.statements.get(message.id) : undefined;
  if (bark.monitor === REACTION && statement?.ok !== true) {
    // It is not even kept: what is kept is known by its id.
    const why = statement?.fault ?? "it is not as the rounds say it";
    lines.push(logLine(dropped(bark, why), settings.journal));
    refuse(bark, why, hearing);
    return DONE;
  }
  const then = follows(bark, settings.receivers);
  const wanted = then.kind === "wanted" ? then.wanted : NOTHING;
  const remembered =
    wanted.drop === undefined ? batch.keep({ bark, at, received: message.time, body }) : undefined;
  if (remembered === "known") return DONE; // it came a second time
  if (remembered === "clash") return CLASH;
  lines.push(logLine(wanted.drop === undefined ? bark : dropped(bark, wanted.drop), settings.journal));
  if (bark.monitor === OPERATOR) {
    order(bark, settings.deeds.get(message.id), hearing);
    return DONE;
  }
  if (statement?.ok === true && !reacted(bark, statement.value, hearing)) return DONE;
  if (remembered !== undefined) setRight(remembered, message.time, hearing);
  const late = remembered?.subject !== undefined && at < remembered.subject.newest;
  if (remembered !== undefined) judge(remembered, filed, hearing);
  // Of most barks nothing more follows, and there are many.
  if (then.kind !== "nothing" || bark.facts !== undefined) follow(then, wanted, { filed, late, hearing });
  return DONE;
}

/** What an operator asks, or somebody who is none. */
function order(bark: Bark, asked: Result<Verified, string> | undefined, hearing: Hearing): void {
  if (asked === undefined)
    refuse(bark, "it is not written as `sheepdog silence` and `sheepdog ack` write it", hearing);
  else if (!asked.ok) refuse(bark, asked.fault, hearing);
  else if (asked.value.id !== bark.id) refuse(bark, "it was asked before, under another id", hearing);
  else obey(asked.value.deed, asked.value.principal, hearing);
}

/** What a bark means for its subject. */
function judge(remembered: Remembered, filed: Filed, hearing: Hearing): void {
  const { bark, at } = filed;
  const { subject: before } = remembered;
  if (before !== undefined && at < before.newest) return amend(before, { remembered, filed, hearing });
  const judging = judgingOf(bark, hearing);
  if (bark.monitor !== START)
    return settleOn(
      remembered,
      decide(remembered.subject, sight(filed, remembered.subject, judging.way), judging),
      {
        judging,
        kept: bark,
        hearing,
      },
    );
  const known = remembered.subject !== undefined;
  const { subject, odd } = begins(remembered.subject, filed);
  const decision =
    odd === undefined
      ? { subject }
      : decide(
          subject,
          { bark: { ...bark, summary: odd }, level: "warning", at: filed.at, count: 1 },
          judging,
        );
  // What is said of a trouble that lasts is what ended last, not that something began since.
  settleOn(remembered, decision, { judging, kept: known && odd === undefined ? undefined : bark, hearing });
}

const NOTHING: Wanted = { facts: [], notices: [], barks: [], drop: undefined };
const dropped = (bark: Bark, why: string): Bark => ({ ...bark, summary: `dropped: ${why}` });

interface Following {
  readonly filed: Filed;
  /** It is older than what is known of its subject: its facts are history already. */
  readonly late: boolean;
  readonly hearing: Hearing;
}

/** A bark that comes late changes what was, and nobody is told of it. */
function amend(
  before: Subject,
  {
    remembered,
    filed: { bark, at },
    hearing,
  }: { readonly remembered: Remembered; readonly filed: Filed; readonly hearing: Hearing },
): void {
  if (bark.monitor === START) return;
  hearing.batch.settle(remembered);
  const since = hearing.batch.correct({ ...bark, at }, before.newest);
  if (since === undefined) return;
  const wake = wakeOf(before, judgingOf(bark, hearing));
  hearing.batch.remember(remembered, { ...before, since }, wake, false);
}

/** Facts, and what the receiver of the bark wants. */
function follow(then: Follows, wanted: Wanted, { filed: { bark, at }, late, hearing }: Following): void {
  const { batch } = hearing;
  const facts = [...(bark.facts ?? []), ...wanted.facts];
  if (!late && (bark.facts !== undefined || facts.length > 0)) batch.learn(bark, at, facts);
  for (const notice of carryOut(wanted, bark, batch, judgingOf(bark, hearing)))
    tell(notice, undefined, hearing);
  if (wanted.barks.length > 0) hearing.told = true;
  if (then.kind === "ask") post("receive", JSON.stringify({ bark }), hearing);
  else if (then.kind !== "nothing") ailing(bark, then.kind === "fault" ? then.fault : undefined, hearing);
}

/** Says that a receiver fails, and, when it works after that (or the first time), that it works. */
function ailing(bark: Bark, fault: string | undefined, hearing: Hearing): void {
  const { name, well } = hearing.settings;
  if (fault === undefined && well.has(bark.monitor)) return;
  if (fault === undefined) well.add(bark.monitor);
  else well.delete(bark.monitor);
  post("barks", health(bark, name, fault), hearing);
}

function post(queue: string, body: string, hearing: Hearing): void {
  hearing.batch.post(queue, body);
  hearing.told = true;
}

/** Writes a moment out, once for all that arrived in it: under load that is most of a batch. */
function writing(): (moment: Epoch) => string {
  let last: Epoch | undefined;
  let text = "";
  return (moment) => {
    if (moment !== last) [last, text] = [moment, iso(moment)];
    return text;
  };
}
