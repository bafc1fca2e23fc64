import { ASIDE_NAME } from "../broker/aside.ts";
import type { Broker, Dead, Message } from "../broker/contract.ts";
import { type Epoch, epoch } from "../time.ts";
import type { Trouble } from "../trouble.ts";

/** A message in the queue `dead`, as far as it can be read. */
export interface Grave {
  /** Its id in `dead`: by this it is shown, retried and dropped. */
  readonly id: string;
  /** Where it is. */
  readonly broker: Broker;
  /** When it was given up. */
  readonly time: Epoch;
  /** undefined when the entry is not what Sheepdog writes there: then it cannot be retried. */
  readonly dead: Dead | undefined;
  /** The entry as it is. */
  readonly entry: string;
}

/** Entries looked at in one go: at 256 KiB each, what may be held at the most. */
export const MOST = 1000;

export interface Graves {
  /** Oldest first. */
  readonly all: readonly Grave[];
  /** Whether there may be more. */
  readonly cut: boolean;
  /** Why places could not be looked at. */
  readonly troubles: readonly Trouble[];
}

/** What could not be handled, not more than MOST of each place. */
export async function graves(brokers: readonly Broker[]): Promise<Graves> {
  const all: Grave[] = [];
  const troubles: Trouble[] = [];
  let cut = false;
  for (const broker of brokers) {
    try {
      const messages = await broker.peek("dead", MOST);
      cut ||= messages.length >= MOST;
      all.push(...messages.map((message) => grave(broker, message)));
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      troubles.push(error as Trouble);
    }
  }
  return { all: all.sort((one, other) => one.time - other.time), cut, troubles };
}

const grave = (broker: Broker, { id, time, body }: Message): Grave => ({
  id,
  broker,
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
  const { queue, id, time, reason, body, stranger, aside } = raw as Record<string, unknown>;
  const texts = [id, time, reason, body].every((one) => typeof one === "string");
  const known = typeof queue === "string" && QUEUE.test(queue) && queue !== "dead";
  const left = stranger === undefined || (Number.isSafeInteger(stranger) && (stranger as number) >= 0);
  const lies = aside === undefined || (typeof aside === "string" && ASIDE_NAME.test(aside));
  return texts && known && left && lies ? (raw as Dead) : undefined;
}

const QUEUE = /^[A-Za-z0-9][A-Za-z0-9:._-]*$/;

export type Choice =
  | { readonly kind: "chosen"; readonly graves: readonly Grave[] }
  /** One line for each id that names none, or more than one. */
  | { readonly kind: "wrong"; readonly faults: readonly string[] };

/** The entries that ids, or beginnings of ids, name; each once.
 * @param whole  whether these are all there are, as far as is known */
export function choose(all: readonly Grave[], ids: readonly string[], whole: boolean): Choice {
  const faults: string[] = [];
  const chosen = new Set<Grave>();
  for (const id of ids) {
    const fitting = all.filter((one) => one.id === id);
    const found = fitting.length > 0 ? fitting : all.filter((one) => one.id.startsWith(id));
    if (found.length === 1) chosen.add(found[0] as Grave);
    else
      faults.push(
        found.length === 0
          ? `no dead message ${whole ? "" : "that can be looked at "}has the id ${id}: see \`sheepdog dead list\``
          : `${found.length} dead messages begin with ${id}: give more of the id`,
      );
  }
  return faults.length > 0 ? { kind: "wrong", faults } : { kind: "chosen", graves: [...chosen] };
}
