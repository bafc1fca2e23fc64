import { attributed } from "../author.ts";
import { type Bark, parseBark } from "../bark.ts";
import type { Message, Verdict } from "../broker/contract.ts";
import type { Mail } from "../config/schema.ts";
import type { Batch } from "../history/batch.ts";
import type { Writer } from "../history/writer.ts";
import { makeId } from "../id.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { decide, type Judging } from "../policy/decide.ts";
import { type Filed, file } from "../policy/filed.ts";
import { Unloaded, type Receivers } from "../plugin/receivers.ts";
import type { Wanted } from "../plugin/actions.ts";
import { type Epoch, iso, now } from "../time.ts";
import { carryOut, type Follows, follows, health } from "./follow.ts";
import { logLine } from "./log.ts";

export interface Settings {
  readonly mail: Mail;
  /** What this machine is called. */
  readonly name: string;
  readonly receivers: Receivers;
  /** Receivers of which it was said that they work. */
  readonly well: Set<string>;
  /** Whether the log goes to the journal. */
  readonly journal: boolean;
}

export interface Outcome {
  /** One a message, in their order. */
  readonly verdicts: readonly Verdict[];
  /** The log of what is new in the history, whole lines. */
  readonly log: string;
  /** Whether messages wait in the outbox now. */
  readonly told: boolean;
}

/** Reads a batch, keeps it, and decides who is told: all of it in one transaction. One message that cannot be kept
 * must not hold up the others: then each gets a transaction of its own.
 * @throws Trouble when the history cannot be written, and Unloaded when a plugin is to be loaded first; then nothing
 * of the batch has happened */
export function hear(messages: readonly Message[], writer: Writer, settings: Settings): Outcome {
  try {
    return writer.transaction((batch) => hearAll(batch, messages, settings));
  } catch (error) {
    if ((error as Error).name === "Trouble" || error instanceof Unloaded) throw error;
    if (messages.length === 1) {
      const reason = `cannot be kept: ${(error as Error).message}`;
      return { verdicts: [{ kind: "dead", reason }], log: "", told: false };
    }
  }
  const outcomes = messages.map((message) => hear([message], writer, settings));
  return {
    verdicts: outcomes.flatMap(({ verdicts }) => verdicts),
    log: outcomes.map(({ log }) => log).join(""),
    told: outcomes.some(({ told }) => told),
  };
}

/** What one batch has in common, and what it has brought about so far. */
interface Hearing {
  readonly batch: Batch;
  readonly judging: Judging;
  readonly settings: Settings;
  readonly lines: string[];
  told: boolean;
}

function hearAll(batch: Batch, messages: readonly Message[], settings: Settings): Outcome {
  const moment = now();
  const judging: Judging = { now: moment, name: () => makeId(moment), mail: settings.mail };
  const hearing: Hearing = { batch, judging, settings, lines: [], told: false };
  const write = writing();
  // One after the other from text to row: what is made of a message is garbage before the next one is read.
  const verdicts = messages.map((message) => hearOne(message, write(message.time), hearing));
  return { verdicts, log: hearing.lines.join(""), told: hearing.told };
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
  const { batch, judging, settings, lines } = hearing;
  const then = follows(bark, settings.receivers);
  const wanted = then.kind === "wanted" ? then.wanted : NOTHING;
  const remembered =
    wanted.drop === undefined ? batch.keep({ bark, at, received: message.time, body }) : undefined;
  if (remembered === "known") return DONE; // it came a second time
  if (remembered === "clash") return CLASH;
  lines.push(logLine(wanted.drop === undefined ? bark : dropped(bark, wanted.drop), settings.journal));
  const late = remembered?.subject !== undefined && at < remembered.subject.newest;
  if (remembered !== undefined) {
    const { subject, telling } = decide(remembered.subject, filed, judging);
    batch.remember(remembered, subject);
    if (telling !== undefined) tell(telling, hearing);
  }
  // Of most barks nothing more follows, and there are many.
  if (then.kind !== "nothing" || bark.facts !== undefined) follow(then, wanted, { filed, late, hearing });
  return DONE;
}

const NOTHING: Wanted = { facts: [], notices: [], barks: [], drop: undefined };
const dropped = (bark: Bark, why: string): Bark => ({ ...bark, summary: `dropped: ${why}` });

interface Following {
  readonly filed: Filed;
  /** It is older than what is known of its subject: its facts are history already. */
  readonly late: boolean;
  readonly hearing: Hearing;
}

/** Facts, and what the receiver of the bark wants. */
function follow(then: Follows, wanted: Wanted, { filed: { bark, at }, late, hearing }: Following): void {
  const { batch, judging } = hearing;
  const facts = [...(bark.facts ?? []), ...wanted.facts];
  if (!late && (bark.facts !== undefined || facts.length > 0)) batch.learn(bark, at, facts);
  for (const telling of carryOut(wanted, bark, batch, judging)) tell(telling, hearing);
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

/** One parcel a person: an address that is refused delays or repeats nothing for the others. */
function tell(telling: Notice, hearing: Hearing): void {
  if (!hearing.batch.notice(telling)) return; // it was decided before
  const { facts: _, ...bark } = telling.bark; // no mail needs them, and they can be long
  for (const to of telling.everyone) {
    const parcel: Parcel = { id: telling.id, to, time: telling.time, notices: [{ ...telling, bark }] };
    post("mail", JSON.stringify(parcel), hearing);
  }
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
