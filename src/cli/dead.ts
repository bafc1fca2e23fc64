import type { Broker } from "../broker/contract.ts";
import { iso } from "../time.ts";
import { explain } from "../trouble.ts";
import { confirm } from "./confirm.ts";
import { choose, type Grave, graves, MOST } from "./grave.ts";
import { headstone, rows } from "./headstone.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { printable } from "../printable.ts";
import { screen } from "./terminal.ts";

/** What to do with what could not be handled. `ids` are ids, or beginnings of ids, in the queue `dead`. */
export type Wish =
  | { readonly kind: "list"; readonly json: boolean }
  | { readonly kind: "show"; readonly ids: readonly string[]; readonly json: boolean }
  | { readonly kind: "retry"; readonly ids: readonly string[] | "all"; readonly json: boolean }
  | {
      readonly kind: "drop";
      readonly ids: readonly string[] | "all";
      readonly json: boolean;
      readonly yes: boolean;
    };

/** `sheepdog dead`.
 * @returns the exit code: 0, or 1 when an id is unknown (then nothing was done) or something could not be done
 * @throws Trouble when the broker does not answer */
export async function dead(broker: Broker, wish: Wish): Promise<number> {
  const all = await graves(broker);
  if (all.length >= MOST)
    complain(`only the oldest ${MOST} are looked at; retry or drop some, and ask again`);
  const choice =
    wish.kind === "list" || wish.ids === "all"
      ? { kind: "chosen" as const, graves: all }
      : choose(all, wish.ids);
  if (choice.kind === "wrong") {
    for (const fault of choice.faults) complain(fault);
    return 1;
  }
  switch (wish.kind) {
    case "list":
      return list(all, wish);
    case "show":
      return show(choice.graves, wish);
    case "retry":
      return each(choice.graves, wish, "retried", (one) => retry(broker, one));
    case "drop":
      if (choice.graves.length > 0 && !wish.yes && !(await confirm(question(choice.graves)))) return 1;
      return each(choice.graves, wish, "dropped", async ({ id }) => void (await broker.remove("dead", id)));
    default:
      return wish satisfies never;
  }
}

async function list(all: readonly Grave[], { json }: { readonly json: boolean }): Promise<number> {
  if (json) await sayJson(all.map(asJson));
  else {
    const { columns, cells } = rows(all, screen());
    await say(await layout(columns, cells, screen()));
  }
  return 0;
}

async function show(chosen: readonly Grave[], { json }: { readonly json: boolean }): Promise<number> {
  if (json) await sayJson(chosen.map(asJson));
  else await say(chosen.map((one) => headstone(one, screen())).join("\n"));
  return 0;
}

/** Back to where it came from, then out of `dead`: killed in between it is in both, and the id makes it one. */
async function retry(broker: Broker, { id, dead }: Grave): Promise<void> {
  if (dead === undefined)
    throw new Error(
      `${id} is not a message that Sheepdog gave up, so there is no queue to send it to: drop it`,
    );
  await broker.publish(dead.queue, [dead.body]);
  await broker.remove("dead", id);
}

/** One after the other, oldest first; what fails is told and stays, the others go on.
 * @returns the exit code */
async function each(
  chosen: readonly Grave[],
  { json }: { readonly json: boolean },
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
        (chosen.length === 0 ? "nothing is dead\n" : ""),
    );
  return outcome.failed.length === 0 ? 0 : 1;
}

const question = (chosen: readonly Grave[]): string =>
  chosen.length === 1
    ? `drop ${printable(chosen[0]?.id ?? "")} for ever?`
    : `drop ${chosen.length} messages for ever?`;

const asJson = ({ id, time, dead, entry }: Grave): unknown =>
  dead === undefined
    ? { id, time: iso(time), queue: null, reason: null, body: entry }
    : {
        id,
        time: iso(time),
        queue: dead.queue,
        from: dead.id,
        taken: dead.time,
        reason: dead.reason,
        body: dead.body,
      };

const complain = (text: string): void => void process.stderr.write(`sheepdog: ${printable(text)}\n`);
