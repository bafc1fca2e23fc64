import { readFileSync } from "node:fs";
import { join } from "node:path";
import { leave } from "../broker/leave.ts";
import type { Bark } from "../bark.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { makeFolder } from "../folder.ts";
import { failureBark, recoveryBark } from "../systemd/bark.ts";
import { at, failure, records } from "../systemd/failure.ts";
import { isInvocation } from "../systemd/invocation.ts";
import { type Entry, journal } from "../systemd/journal.ts";
import { MESSAGE, said } from "../systemd/message.ts";
import { nextStart } from "../systemd/timer.ts";
import { between, type Epoch, epoch, now } from "../time.ts";
import { writeWhole } from "../whole.ts";
import { command, type Order } from "./command.ts";

/** What is remembered from one sweep to the next. */
interface Memory {
  /** Where in the journal the last sweep ended. */
  readonly cursor?: string;
  /** Units that were told to have failed. */
  readonly failing: readonly string[];
  /** Of these, runs that have begun since and are not known to last. */
  readonly begun: readonly Run[];
}

interface Run {
  readonly unit: string;
  readonly invocation: string;
  readonly since: Epoch;
}

/** How far back the first sweep looks. */
const FIRST = "--since=-1h";
/** Seconds that a unit which had failed must run before it counts as well again. */
const LASTING = 10;

const HELP = `sheepdog-sweep: bark what the journal knows of units that failed and nobody barked

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

Reads the journal from where the last sweep ended, the first time one hour back. Failures, kills for want of memory and
by watchdogs, and units that run again after that, go into the spool, and sheepdog-flush sends them on. What
sheepdog-bark told already is the same bark, and is told once.

Exit codes: 0 swept, 64 usage, 70 a bug, 75 the journal or the spool cannot be used now, 77 not permitted, 78
configuration.
`;

async function work({ config, signal, say }: Order): Promise<void> {
  const state = stateDirectory("unit");
  const memory = recall(state);
  const swept = await sweep(memory, signal);
  if (signal.aborted) return; // the next one begins where this one did
  const spool = spoolDirectory();
  // Named by now, not by their ids: what is in the spool is sent in the order of the names.
  const keep = (bark: Bark): void => void leave(spool, "barks", makeId(now()), JSON.stringify(bark));
  for (const entry of swept.failures) {
    const { UNIT: unit = "", INVOCATION_ID: invocation } = entry;
    const hint = {
      unit,
      invocation: isInvocation(invocation) ? invocation : undefined,
      result: entry["UNIT_RESULT"] ?? "memory",
    };
    const [found, due] = await Promise.all([records(hint), nextStart(unit, now())]);
    const failed = await failure(hint, found);
    const bark = failureBark({ ...failed, end: failed.end ?? at(entry) }, config, due);
    keep(bark);
    say(`${unit}: ${bark.summary}`);
    await tick();
  }
  for (const run of swept.well) {
    keep(recoveryBark(run, config));
    say(`${run.unit}: runs again`);
    await tick();
  }
  await remember(state, swept.memory);
}

/** Names in the spool are in no order within one millisecond. */
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

interface Swept {
  readonly failures: readonly Entry[];
  readonly well: readonly Run[];
  readonly memory: Memory;
}

/** What the journal says since the last time. */
async function sweep({ cursor, failing: before, begun: runs }: Memory, signal: AbortSignal): Promise<Swept> {
  const failing = new Set(before);
  const begun = new Map(runs.map((run) => [run.unit, run]));
  const failures = new Map<string, Entry>();
  let newest = cursor;
  const from = cursor === undefined ? FIRST : `--after-cursor=${cursor}`;
  const unwell = new Map<string, string>();
  for await (const entry of journal([from, ...said("failed", "memory", "oomd", "started", "exited")])) {
    if (signal.aborted) break;
    newest = entry["__CURSOR"] ?? newest;
    const { UNIT: unit, INVOCATION_ID: invocation = "" } = entry;
    if (unit === undefined) continue; // of a user's own manager
    switch (entry["MESSAGE_ID"]) {
      case MESSAGE.started:
        if (failing.has(unit)) begun.set(unit, { unit, invocation, since: at(entry) ?? now() });
        break;
      case MESSAGE.exited:
        unwell.set(invocation, entry["EXIT_STATUS"] ?? "");
        break;
      case MESSAGE.failed:
        if (ours(unit, unwell.get(invocation))) break;
        failing.add(unit);
        begun.delete(unit);
        failures.set(invocation || `${unit} ${newest}`, entry);
        break;
      default: // out of memory: where the unit fails for it, that is told instead
        if (ours(unit, undefined) || failures.has(invocation)) break;
        failing.add(unit);
        failures.set(invocation || `${unit} ${newest}`, entry);
    }
  }
  const well = [...begun.values()].filter(({ since }) => between(since, now()) >= LASTING);
  for (const { unit } of well) {
    failing.delete(unit);
    begun.delete(unit);
  }
  const memory = {
    ...(newest === undefined ? {} : { cursor: newest }),
    failing: [...failing],
    begun: [...begun.values()],
  };
  return { failures: [...failures.values()], well, memory };
}

/** What must not be told, else one failure would bring about the next: those who tell. And of Sheepdog's other units
 * exit 75, by which they say that Redis is away and that they are to be started again. */
const ours = (unit: string, status: string | undefined): boolean =>
  /^sheepdog-(bark@.*|sweep)\.service$/.test(unit) ||
  (/^sheepdog-.*\.service$/.test(unit) && status === "75");

const file = (state: string): string => join(state, "sweep.json");

function recall(state: string): Memory {
  const none: Memory = { failing: [], begun: [] };
  try {
    const raw = JSON.parse(readFileSync(file(state), "utf8")) as Partial<Memory>;
    return {
      ...(typeof raw.cursor === "string" ? { cursor: raw.cursor } : {}),
      failing: raw.failing ?? [],
      begun: (raw.begun ?? []).map((run) => ({ ...run, since: epoch(run.since) })),
    };
  } catch {
    return none; // the first time, or it was damaged: what is told twice is one bark by its id
  }
}

/** After the barks are safe: a sweep that is killed before this is done again, and tells the same barks. */
async function remember(state: string, memory: Memory): Promise<void> {
  makeFolder(state, 0o750);
  await writeWhole(file(state), JSON.stringify(memory));
}

/** The command `sheepdog-sweep`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-sweep", help: HELP, lasting: false, work },
    process.argv.slice(2),
  );
}
