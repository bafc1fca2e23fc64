import type { Broker } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { Spool } from "../broker/spool.ts";
import { loadConfig } from "../config/load.ts";
import { spoolDirectory } from "../directories.ts";
import { printable } from "../printable.ts";
import { iso } from "../time.ts";
import { exitCode } from "../sysexits.ts";
import { explain } from "../trouble.ts";
import { type Choice, choose, type Grave, graves, MOST } from "./grave.ts";
import { headstone, rows } from "./headstone.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { drop, retry } from "./settle.ts";
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

/** `sheepdog dead`. With Redis configured there are two places to look: what sheepdog-flush could not send is dead in
 * the spool of this machine.
 * @returns the exit code: 0, or 1 when an id is unknown (then nothing was done) or something could not be done; where
 * one place cannot be looked at, that of its trouble
 * @throws Trouble when the configuration is wrong, or no place can be looked at */
export async function dead(given: string | undefined, wish: Wish): Promise<number> {
  const { config } = loadConfig(given);
  const spool = spoolDirectory();
  await using broker = await openBroker(config, spool);
  const brokers = config.redis === undefined ? [broker] : [broker, new Spool(spool)];
  const { all, cut, troubles } = await graves(brokers);
  if (troubles.length === brokers.length) throw troubles[0];
  for (const trouble of troubles) complain(`the broker could not be asked: ${explain(trouble)}`);
  if (cut) complain(`only the oldest ${MOST} are looked at; retry or drop some, and ask again`);
  const choice: Choice =
    wish.kind === "list" || wish.ids === "all"
      ? { kind: "chosen", graves: all }
      : choose(all, wish.ids, troubles.length === 0);
  if (choice.kind === "wrong") {
    for (const fault of choice.faults) complain(fault);
    return troubles.length === 0 ? 1 : exitCode(troubles[0]);
  }
  const status = await act(wish, choice.graves, { broker, spool, complain, whole: troubles.length === 0 });
  return status === 0 && troubles.length > 0 ? exitCode(troubles[0]) : status;
}

interface Means {
  readonly broker: Broker;
  readonly spool: string;
  readonly complain: (text: string) => void;
  readonly whole: boolean;
}

async function act(wish: Wish, chosen: readonly Grave[], means: Means): Promise<number> {
  switch (wish.kind) {
    case "list":
      return list(chosen, wish);
    case "show":
      return show(chosen, wish);
    case "retry":
      return retry(chosen, { ...wish, ...means });
    case "drop":
      return drop(chosen, { ...wish, ...means });
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

const asJson = ({ id, broker: { place }, time, dead, entry }: Grave): unknown =>
  dead === undefined
    ? { id, broker: place, time: iso(time), queue: null, reason: null, body: entry }
    : {
        id,
        broker: place,
        time: iso(time),
        queue: dead.queue,
        from: dead.id,
        taken: dead.time,
        reason: dead.reason,
        body: dead.body,
      };

const complain = (text: string): void => void process.stderr.write(`sheepdog: ${printable(text)}\n`);
