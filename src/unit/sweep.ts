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
import { type Memory, type News, news, WANTED } from "../systemd/news.ts";
import { nextStart } from "../systemd/timer.ts";
import { epoch, now } from "../time.ts";
import { explain } from "../trouble.ts";
import { writeWhole } from "../whole.ts";
import { command, type Order } from "./command.ts";

/** How far back the first sweep looks. */
const FIRST = "--since=-1h";

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
  const swept = await look(memory, signal, say);
  if (signal.aborted) return; // the next one begins where this one did
  const spool = spoolDirectory();
  // Named by now, not by their ids: what is in the spool is sent in the order of the names.
  const keep = (bark: Bark): void => void leave(spool, "barks", makeId(now()), JSON.stringify(bark));
  let told: Entry | undefined;
  for (const [count, entry] of swept.failures.entries()) {
    if (signal.aborted) return; // the next one begins where this one was remembered last
    // A long row is remembered step by step: it may take more time than there is.
    if (told !== undefined && count % STEP === 0)
      await remember(state, { ...swept.memory, ...cursorOf(told, memory) });
    told = entry;
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

/** Failures between two times that it is remembered how far the sweep has come. */
const STEP = 25;

/** Behind an entry that was told. */
const cursorOf = (entry: Entry, { cursor }: Memory): Pick<Memory, "cursor"> => {
  const here = entry["__CURSOR"] ?? cursor;
  return here === undefined ? {} : { cursor: here };
};

/** What has happened since the last sweep. A cursor that means nothing to the journal any more, or lies in the future,
 * is not waited for: then this is the first sweep. */
async function look(memory: Memory, signal: AbortSignal, say: (line: string) => void): Promise<News> {
  const { cursor, ...rest } = memory;
  if (cursor !== undefined && !ahead(cursor)) {
    try {
      return await news(memory, entries(memory, signal), now());
    } catch (error) {
      say(`begins anew, an hour back: ${explain(error)}`);
    }
  }
  return await news(rest, entries(rest, signal), now());
}

/** Whether a cursor is of a moment that is still to come: the clock was wrong when it was made. */
function ahead(cursor: string): boolean {
  const [, hex] = /;t=([0-9a-f]+)/.exec(cursor) ?? [];
  return hex !== undefined && Number.parseInt(hex, 16) / 1000 > now() + 60_000;
}

/** Names in the spool are in no order within one millisecond. */
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** What the journal says since the last time. */
async function* entries({ cursor }: Memory, signal: AbortSignal): AsyncGenerator<Entry> {
  const from = cursor === undefined ? FIRST : `--after-cursor=${cursor}`;
  for await (const entry of journal([from, ...WANTED])) {
    if (signal.aborted) return;
    yield entry;
  }
}

const file = (state: string): string => join(state, "sweep.json");

function recall(state: string): Memory {
  const none: Memory = { failing: [], begun: [] };
  try {
    const raw = JSON.parse(readFileSync(file(state), "utf8")) as Partial<Memory>;
    return {
      ...(typeof raw.cursor === "string" ? { cursor: raw.cursor } : {}),
      failing: (raw.failing ?? []).filter((unit) => typeof unit === "string"),
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
