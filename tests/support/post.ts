import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Bark } from "../../src/bark.ts";
import type { Dead, Message } from "../../src/broker/contract.ts";
import { Spool } from "../../src/broker/spool.ts";
import { Config } from "../../src/config/schema.ts";
import type { Parcel } from "../../src/parcel.ts";
import { mail } from "../../src/unit/mailer.ts";
import { alone } from "../../src/unit/standing.ts";

/** A mailer with a spool of its own, in this process. Ends with the test. */
export interface Post {
  readonly spool: Spool;
  readonly state: string;
  readonly log: readonly string[];
  readonly publish: (...parcels: readonly Parcel[]) => Promise<void>;
  /** Starts a mailer; call what it returns to stop it. */
  readonly run: (once?: boolean) => { readonly over: Promise<void>; readonly stop: () => Promise<void> };
  readonly waiting: () => Promise<readonly Message[]>;
  readonly barks: () => Promise<readonly Bark[]>;
  readonly dead: () => Promise<readonly Dead[]>;
}

/** @param pace  how much faster than in earnest everything is tried again */
export function post(t: TestContext, settings: object, pace = 0.01): Post {
  const folder = mkdtempSync(join(tmpdir(), "sheepdog-post-"));
  const [spool, state] = [new Spool(join(folder, "spool")), join(folder, "state")];
  const config = Config.parse({ name: "shepherd", mail: settings });
  const log: string[] = [];
  const running = new Set<() => Promise<void>>();
  t.after(async () => {
    await Promise.allSettled([...running].map((stop) => stop())); // what went wrong is for whoever waits for it
    rmSync(folder, { recursive: true, force: true });
  });
  const bodies = async <Kind>(queue: string): Promise<readonly Kind[]> =>
    (await spool.peek(queue, 10_000)).map(({ body }) => JSON.parse(body) as Kind);
  return {
    spool,
    state,
    log,
    publish: (...parcels) =>
      spool.publish(
        "mail",
        parcels.map((parcel) => JSON.stringify(parcel)),
      ),
    run: (once = false) => {
      const end = new AbortController();
      const over = mail({
        config,
        broker: spool,
        state,
        once,
        signal: end.signal,
        log: (line) => log.push(line),
        standing: alone,
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
    waiting: () => spool.peek("mail", 10_000),
    barks: () => bodies<Bark>("barks"),
    dead: () => bodies<Dead>("dead"),
  };
}
