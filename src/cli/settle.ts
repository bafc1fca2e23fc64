import { LIMITS, named } from "../bark.ts";
import type { Broker } from "../broker/contract.ts";
import { printable } from "../printable.ts";
import { explain } from "../trouble.ts";
import { confirm } from "./confirm.ts";
import type { Grave } from "./grave.ts";
import { say, sayJson } from "./say.ts";

interface How {
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
  return each(chosen, how, "retried", (one) => again(one, broker));
}

/** Removes what was given up for ever, after asking a person who is there to be asked.
 * @returns the exit code: 0, or 1 when it was denied or not all could be removed */
export async function drop(
  chosen: readonly Grave[],
  { yes, ...how }: How & { readonly yes: boolean },
): Promise<number> {
  if (chosen.length > 0 && !yes && !(await confirm(question(chosen)))) return 1;
  return each(chosen, how, "dropped", async ({ id, broker }) => void (await broker.remove("dead", id)));
}

/** Back to where it came from, then out of `dead`: killed in between it is in both, and the id makes it one. */
async function again({ id, dead, broker: from }: Grave, broker: Broker): Promise<void> {
  if (dead === undefined)
    throw new Error(
      `${id} is not a message that Sheepdog gave up, so there is no queue to send it to: drop it`,
    );
  const arrival = { id: dead.id.length > 0 && dead.id.length <= LIMITS.id ? dead.id : id, time: dead.time };
  await broker.publish(dead.queue, [dead.queue === "barks" ? named(dead.body, arrival) : dead.body]);
  await from.remove("dead", id);
}

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
