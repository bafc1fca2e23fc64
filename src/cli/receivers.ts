import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Broker } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { loadConfig } from "../config/load.ts";
import type { Receiver } from "../config/receiver.ts";
import type { Config } from "../config/schema.ts";
import { runtimeDirectory, spoolDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { CREDSTORE, openWay } from "../notify/open.ts";
import { tagOf } from "../notify/outcome.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { SYSEXITS } from "../sysexits.ts";
import { type Epoch, iso, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { screen } from "./terminal.ts";

/** More than wait for one receiver if all is well. */
const MOST = 1000;

/** `sheepdog receivers list`: the ways to tell people besides mail, with what waits for each, and what is known to be
 * wrong with it.
 * @returns the exit code: 0 when all take what they are told, 1 when one does not */
export async function receiversList(
  given: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const { config } = loadConfig(given);
  const faults = known(config.name);
  await using broker = await openBroker(config, spoolDirectory());
  const rows = await Promise.all(
    Object.entries(config.receivers).map(async ([name, receiver]) => ({
      name,
      kind: receiver.kind,
      where: where(receiver),
      waiting: await waiting(broker, name),
      fault: faults.get(tagOf(name)) ?? null,
    })),
  );
  if (json) await sayJson(rows);
  else if (rows.length === 0) await say("there are no receivers besides mail; see sheepdog.toml(5)\n");
  else
    await say(
      await layout(
        [
          { title: "NAME" },
          { title: "KIND" },
          { title: "WAITING" },
          { title: "WHERE" },
          { title: "STATE", least: 10 },
        ],
        rows.map(({ name, kind, waiting, where, fault }) => [
          { text: name },
          { text: kind },
          { text: waiting === null ? "?" : waiting < MOST ? String(waiting) : `${MOST}+` },
          { text: printable(where) },
          { text: printable(fault ?? "well"), colour: fault === null ? "ok" : "fail" },
        ]),
        screen(),
      ),
    );
  return rows.some(({ fault }) => fault !== null) ? 1 : 0;
}

/** Without what may be a secret. */
const where = (receiver: Receiver): string =>
  receiver.kind === "exec"
    ? receiver.command.join(" ")
    : receiver.kind === "log"
      ? "-"
      : new URL(receiver.url.replace(/^([a-z]+:\/\/[^/?#]*).*$/i, "$1")).origin;

/** @returns null when this user may not ask */
async function waiting(broker: Broker, name: string): Promise<number | null> {
  try {
    return (await broker.peek(`notify:${name}`, MOST)).length;
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    return null;
  }
}

/** What was barked about receivers and is not over, by tag; nothing where there is no history to read. */
function known(host: string): ReadonlyMap<string, string> {
  try {
    const troubles = history((reader) => reader.troubles());
    return new Map(troubles.filter((one) => one.host === host).map(({ tag, summary }) => [tag, summary]));
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    return new Map();
  }
}

/** `sheepdog receivers test`: tells somebody by a receiver that this is a test, here and now, without queue and unit.
 * @returns the exit code: 0 when it was told, 1 when it was refused, 75 when trying again may help
 * @throws Trouble when there is no such receiver, or it is configured wrongly */
export async function receiversTest(
  name: string,
  given: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const { config } = loadConfig(given);
  const receiver = Object.hasOwn(config.receivers, name) ? config.receivers[name] : undefined;
  if (receiver === undefined) throw unknown(name, config);
  const way = openWay(name, entrusted(name, receiver), {
    pipes: join(runtimeDirectory(), "receivers"),
    write: (line) => void process.stdout.write(line),
  });
  const outcome = await way.tell(trial(name, config.name, now()));
  const words = outcome.kind === "told" ? (outcome.said ?? "") : outcome.reason;
  const says = { told: "told", refused: "refused", later: "not now" }[outcome.kind];
  if (json) await sayJson({ name, place: way.place, outcome: outcome.kind, said: words });
  else await say(`${printable(`${name} (${way.place}): ${says}${words === "" ? "" : `: ${words}`}`)}\n`);
  return { told: 0, refused: 1, later: SYSEXITS.again[0] }[outcome.kind];
}

function unknown(name: string, { receivers }: Config): Trouble {
  const names = Object.keys(receivers);
  return new Trouble(`there is no receiver "${printable(name)}"`, {
    kind: "configuration",
    advice:
      names.length === 0 ? `write a table [receivers.${printable(name)}]` : `known are ${names.join(", ")}`,
  });
}

/** With the token that systemd would give to the unit, where this user may read it. */
function entrusted(name: string, receiver: Receiver): Receiver {
  if (receiver.kind === "exec" || receiver.kind === "log" || receiver.secret !== undefined) return receiver;
  const file = join(CREDSTORE, name);
  return existsSync(file) ? { ...receiver, secret: file } : receiver;
}

function trial(name: string, host: string, at: Epoch): Parcel {
  const [id, time] = [makeId(at), iso(at)];
  const summary = `a test of the receiver ${name}`;
  const bark = { id, time, host, tag: "TEST", monitor: "notify", level: "ok", summary } as const;
  return { id, to: name, time, notices: [{ id, kind: "note", level: "ok", everyone: [name], time, bark }] };
}
