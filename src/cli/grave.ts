import type { Broker, Dead, Message } from "../broker/contract.ts";
import { type Epoch, epoch } from "../time.ts";

/** A message in the queue `dead`, as far as it can be read. */
export interface Grave {
  /** Its id in `dead`: by this it is shown, retried and dropped. */
  readonly id: string;
  /** When it was given up. */
  readonly time: Epoch;
  /** undefined when the entry is not what Sheepdog writes there: then it cannot be retried. */
  readonly dead: Dead | undefined;
  /** The entry as it is. */
  readonly entry: string;
}

/** Entries looked at in one go: at 256 KiB each, what may be held at the most. */
export const MOST = 1000;

/** What could not be handled, oldest first, not more than MOST. */
export async function graves(broker: Broker): Promise<readonly Grave[]> {
  return (await broker.peek("dead", MOST)).map(grave);
}

const grave = ({ id, time, body }: Message): Grave => ({
  id,
  time: epoch(time),
  dead: read(body),
  entry: body,
});

function read(entry: string): Dead | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(entry);
  } catch {
    return undefined; // somebody else's
  }
  if (typeof raw !== "object" || raw === null) return undefined;
  const { queue, id, time, reason, body } = raw as Record<string, unknown>;
  const texts = [id, time, reason, body].every((one) => typeof one === "string");
  return texts && typeof queue === "string" && QUEUE.test(queue) && queue !== "dead"
    ? (raw as Dead)
    : undefined;
}

const QUEUE = /^[A-Za-z0-9][A-Za-z0-9:._-]*$/;

export type Choice =
  | { readonly kind: "chosen"; readonly graves: readonly Grave[] }
  /** One line for each id that names none, or more than one. */
  | { readonly kind: "wrong"; readonly faults: readonly string[] };

/** The entries that ids, or beginnings of ids, name; each once. */
export function choose(all: readonly Grave[], ids: readonly string[]): Choice {
  const faults: string[] = [];
  const chosen = new Set<Grave>();
  for (const id of ids) {
    const fitting = all.filter((one) => one.id === id);
    const found = fitting.length > 0 ? fitting : all.filter((one) => one.id.startsWith(id));
    if (found.length === 1) chosen.add(found[0] as Grave);
    else
      faults.push(
        found.length === 0
          ? `no dead message has the id ${id}: see \`sheepdog dead list\``
          : `${found.length} dead messages begin with ${id}: give more of the id`,
      );
  }
  return faults.length > 0 ? { kind: "wrong", faults } : { kind: "chosen", graves: [...chosen] };
}
