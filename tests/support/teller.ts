import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bark } from "../../src/bark.ts";
import type { Broker, Dead, Message } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import { Config } from "../../src/config/schema.ts";
import type { Parcel } from "../../src/parcel.ts";
import { notify } from "../../src/unit/notifier.ts";
import { alone, type Standing } from "../../src/unit/standing.ts";
import { folder } from "./folder.ts";

/** A notifier with a spool of its own, in this process. Ends with the test. */
export interface Teller {
  readonly spool: Broker;
  readonly home: string;
  readonly state: string;
  readonly log: readonly string[];
  /** Puts parcels into the queue of a receiver. */
  readonly publish: (name: string, ...parcels: readonly Parcel[]) => Promise<void>;
  /** Starts a notifier; call what it returns to stop it. */
  readonly run: (once?: boolean) => { readonly over: Promise<void>; readonly stop: () => Promise<void> };
  readonly waiting: (name: string) => Promise<readonly Message[]>;
  readonly barks: () => Promise<readonly Bark[]>;
  readonly dead: () => Promise<readonly Dead[]>;
}

interface Circumstances {
  /** How much faster than in earnest everything is tried again. */
  readonly pace?: number;
  readonly standing?: Standing;
  /** Another broker than a spool, and where its configuration is. */
  readonly broker?: Broker;
}

/** @param receivers  as they are configured; may be changed between two runs */
export function teller(
  t: TestContext,
  receivers: Readonly<Record<string, object>>,
  { pace = 0.01, standing = alone, broker }: Circumstances = {},
): Teller {
  const home = folder(t);
  const state = join(home, "state");
  const spool = broker ?? new Spool(join(home, "spool"));
  const log: string[] = [];
  const running = new Set<() => Promise<void>>();
  t.after(async () => {
    await Promise.allSettled([...running].map((stop) => stop())); // what went wrong is for whoever waits for it
  });
  const bodies = async <Kind>(queue: string): Promise<readonly Kind[]> =>
    (await spool.peek(queue, 10_000)).map(({ body }) => JSON.parse(body) as Kind);
  return {
    spool,
    home,
    state,
    log,
    publish: (name, ...parcels) =>
      spool.publish(
        `notify:${name}`,
        parcels.map((parcel) => JSON.stringify(parcel)),
      ),
    run: (once = false) => {
      const end = new AbortController();
      const over = notify({
        config: Config.parse({ name: "shepherd", receivers }),
        broker: spool,
        state,
        once,
        signal: end.signal,
        log: (line) => log.push(line),
        standing,
        pace,
      });
      const stop = async (): Promise<void> => {
        end.abort();
        await over;
        running.delete(stop);
      };
      running.add(stop);
      return { over, stop };
    },
    waiting: (name) => spool.peek(`notify:${name}`, 10_000),
    barks: () => bodies<Bark>("barks"),
    dead: () => bodies<Dead>("dead"),
  };
}
