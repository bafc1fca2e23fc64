import { parseBark } from "../bark.ts";
import type { Message, Verdict } from "../broker/contract.ts";
import type { Mail } from "../config/schema.ts";
import type { Batch } from "../history/batch.ts";
import type { Writer } from "../history/writer.ts";
import { makeId } from "../id.ts";
import type { Notice } from "../notice.ts";
import { decide, type Judging, type Telling } from "../policy/decide.ts";
import { file, type Filed } from "../policy/filed.ts";
import { type Epoch, iso, now } from "../time.ts";

/** A bark off the queue that can be kept. */
export interface Arrived {
  readonly message: Message;
  readonly filed: Filed;
}

export interface Outcome {
  /** One a message, in their order. */
  readonly verdicts: readonly Verdict[];
  /** What is new in the history. */
  readonly kept: readonly Arrived[];
  /** Whether messages wait in the outbox now. */
  readonly told: boolean;
}

const DONE: Verdict = { kind: "done" };

/** Reads a batch, keeps it, and decides who is told: all of it in one transaction.
 * @throws Trouble when the history cannot be written; then nothing of the batch has happened */
export function hear(messages: readonly Message[], writer: Writer, mail: Mail): Outcome {
  const read = messages.map(reading());
  const barks = read.filter((one) => "filed" in one);
  const poison = new Map<Message, Verdict>();
  const fresh = keepAll(barks, writer, mail, poison);
  return {
    ...fresh,
    verdicts: read.map((one) => ("filed" in one ? (poison.get(one.message) ?? DONE) : one)),
  };
}

/** The text of a moment is made once for all that arrived in it: under load that is most of a batch. */
function reading(): (message: Message) => Arrived | Verdict {
  let last: Epoch | undefined;
  let time = "";
  return (message) => {
    if (message.time !== last) [last, time] = [message.time, iso(message.time)];
    const parsed = parseBark(message.body, { id: message.id, time });
    return parsed.ok
      ? { message, filed: file(parsed.value, message.time) }
      : { kind: "dead", reason: parsed.fault };
  };
}

type Fresh = Omit<Outcome, "verdicts">;

/** One bark that cannot be kept must not hold up the others: then each gets a transaction of its own. */
function keepAll(
  barks: readonly Arrived[],
  writer: Writer,
  mail: Mail,
  poison: Map<Message, Verdict>,
): Fresh {
  try {
    return writer.transaction((batch) => keep(batch, barks, mail));
  } catch (error) {
    if ((error as Error).name === "Trouble") throw error;
    if (barks.length === 1) {
      for (const { message } of barks)
        poison.set(message, { kind: "dead", reason: `cannot be kept: ${(error as Error).message}` });
      return { kept: [], told: false };
    }
  }
  const each = barks.map((one) => keepAll([one], writer, mail, poison));
  return { kept: each.flatMap(({ kept }) => kept), told: each.some(({ told }) => told) };
}

function keep(batch: Batch, barks: readonly Arrived[], mail: Mail): Fresh {
  const moment = now();
  const judging: Judging = { now: moment, name: () => makeId(moment), mail };
  const kept: Arrived[] = [];
  let told = false;
  for (const one of barks) {
    const { message, filed } = one;
    const { bark, at } = filed;
    const remembered = batch.keep({ bark, at, received: message.time, body: message.body });
    if (remembered === undefined) continue; // it came a second time
    kept.push(one);
    const { subject, telling } = decide(remembered.subject, filed, judging);
    batch.remember(remembered, subject);
    if (telling === undefined) continue;
    tell(batch, telling);
    told = true;
  }
  return { kept, told };
}

/** One message a person: an address that is refused delays or repeats nothing for the others. */
function tell(batch: Batch, telling: Telling): void {
  batch.notice(telling);
  for (const to of telling.everyone) {
    const notice: Notice = { ...telling, to };
    batch.post("mail", JSON.stringify(notice));
  }
}
