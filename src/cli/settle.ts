import { attributed } from "../author.ts";
import { LIMITS, named } from "../bark.ts";
import { type Aside, readAside, removeAside } from "../broker/aside.ts";
import type { Broker, Dead } from "../broker/contract.ts";
import { printable } from "../printable.ts";
import { explain, good } from "../trouble.ts";
import { confirm } from "./confirm.ts";
import type { Grave } from "./grave.ts";
import { say, sayJson } from "./say.ts";

interface How {
  /** Where files lie that could not be read as messages. */
  readonly spool: string;
  readonly json: boolean;
  readonly complain: (text: string) => void;
  /** Whether all places could be looked at. */
  readonly whole: boolean;
}

/** Sends what was given up to the queue it came from, in the broker that is configured now.
 * @returns the exit code: 0, or 1 when not all could be sent */
export function retry(
  chosen: readonly Grave[],
  { broker, ...how }: How & { readonly broker: Broker },
): Promise<number> {
  return each(chosen, how, "retried", (one) => again(one, broker, how.spool));
}

/** Removes what was given up for ever, after asking a person who is there to be asked.
 * @returns the exit code: 0, or 1 when it was denied or not all could be removed */
export async function drop(
  chosen: readonly Grave[],
  { yes, ...how }: How & { readonly yes: boolean },
): Promise<number> {
  if (chosen.length > 0 && !yes && !(await confirm(question(chosen)))) return 1;
  return each(chosen, how, "dropped", (one) => bury(one, how.spool));
}

/** Back to where it came from, then out of `dead`: killed in between it is in both, and the id makes it one. */
async function again(one: Grave, broker: Broker, spool: string): Promise<void> {
  await broker.publish(...letter(one, spool));
  await bury(one, spool);
}

/** Out of `dead`, with the file that it is about. */
async function bury({ id, dead, broker }: Grave, spool: string): Promise<void> {
  if (dead !== undefined && laidAside(dead)) removeAside(spool, dead);
  await broker.remove("dead", id);
}

/** What to send, and to which queue. A bark is whose it was: sent by us it would count as ours (author.ts).
 * @throws Error where there is nothing to send, or it may not be sent */
function letter({ id, dead }: Grave, spool: string): [queue: string, bodies: readonly string[]] {
  if (dead === undefined)
    throw new Error(
      `${id} is not a message that Sheepdog gave up, so there is no queue to send it to: drop it`,
    );
  const { body, stranger } = laidAside(dead) ? readAside(spool, dead) : dead;
  if (body === "") throw new Error(`${id} is empty, so there is nothing to send: drop it`);
  if (dead.queue !== "barks") return [dead.queue, [body]];
  const known = dead.aside ?? (dead.id.length > 0 && dead.id.length <= LIMITS.id ? dead.id : id);
  const whole = named(body, { id: known, time: dead.time });
  const authored = stranger === undefined ? good(whole) : attributed(whole, known, stranger);
  if (!authored.ok) throw new Error(`${id} cannot be sent: ${authored.fault}: drop it`);
  return [dead.queue, [authored.value]];
}

const laidAside = (dead: Dead): dead is Aside => dead.aside !== undefined;

/** One after the other, oldest first; what fails is told and stays, the others go on.
 * @returns the exit code */
async function each(
  chosen: readonly Grave[],
  { json, complain, whole }: How,
  done: string,
  act: (one: Grave) => Promise<void>,
): Promise<number> {
  const outcome = { done: [] as string[], failed: [] as string[] };
  for (const one of chosen) {
    try {
      await act(one);
      outcome.done.push(one.id);
    } catch (error) {
      complain(explain(error));
      outcome.failed.push(one.id);
    }
  }
  if (json) await sayJson({ [done]: outcome.done, failed: outcome.failed });
  else
    await say(
      outcome.done.map((id) => `${done} ${printable(id)}\n`).join("") ||
        (chosen.length === 0 && whole ? "nothing is dead\n" : ""),
    );
  return outcome.failed.length === 0 ? 0 : 1;
}

const question = (chosen: readonly Grave[]): string =>
  chosen.length === 1
    ? `drop ${printable(chosen[0]?.id ?? "")} for ever?`
    : `drop ${chosen.length} messages for ever?`;
