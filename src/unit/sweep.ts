import { leave } from "../broker/leave.ts";
import type { Bark } from "../bark.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { failureBark, recoveryBark, type Terms } from "../systemd/bark.ts";
import { at, failure, records } from "../systemd/failure.ts";
import { isInvocation } from "../systemd/invocation.ts";
import { type Entry, journal } from "../systemd/journal.ts";
import { userOf } from "../systemd/manager.ts";
import { type Memory, type News, news, type Unwell, WANTED } from "../systemd/news.ts";
import { nextStart } from "../systemd/timer.ts";
import { now } from "../time.ts";
import { explain } from "../trouble.ts";
import { command, type Order } from "./command.ts";
import { recall, remember } from "./swept.ts";

/** How far back the first sweep looks. */
const FIRST = "--since=-1h";

const HELP = `sheepdog-sweep: bark what the journal knows of units that failed and nobody barked

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

Reads the journal from where the last sweep ended, the first time one hour back. Failures, kills for want of memory and
by watchdogs, and units that run again after that, go into the spool, and sheepdog-flush sends them on. What
sheepdog-bark told already is the same bark, and is told once. A configuration that is wrong costs the settings, not the
barks: they have the host name of this machine then, and the log says what is wrong.

Exit codes: 0 swept, 64 usage, 69 cannot work, 70 a bug, 75 the journal, the spool or the state folder cannot be used
now, 77 not permitted.
`;

async function work({ config, patterns, signal, say }: Order): Promise<void> {
  const terms: Terms = { ...config, redact: patterns };
  const state = stateDirectory("unit");
  const spool = spoolDirectory();
  // Named by now, not by their ids: what is in the spool is sent in the order of the names.
  const keep = async (bark: Bark, word: string): Promise<void> => {
    leave(spool, "barks", makeId(now()), JSON.stringify(bark));
    say(`${bark.tag}: ${word}`);
    await tick();
  };
  const unwell: Unwell = new Map();
  for (let more = true; more; ) {
    const swept = await look(recall(state), unwell, signal, say);
    for (const entry of swept.failures) {
      if (signal.aborted) return; // the next one begins where this chunk did
      const bark = await told(entry, terms);
      await keep(bark, bark.summary);
    }
    if (signal.aborted) return;
    for (const run of swept.well)
      await keep(recoveryBark({ ...run, user: await userOf(run.unit) }, terms), "runs again");
    await remember(state, swept.memory);
    more = swept.more;
  }
}

async function told(entry: Entry, terms: Terms): Promise<Bark> {
  const { UNIT: unit = "", INVOCATION_ID: invocation } = entry;
  const hint = {
    unit,
    invocation: isInvocation(invocation) ? invocation : undefined,
    result: entry["UNIT_RESULT"] ?? "memory",
  };
  const [found, due] = await Promise.all([records(hint), nextStart(unit, now())]);
  const failed = await failure(hint, found);
  return failureBark({ ...failed, end: failed.end ?? at(entry) }, terms, due);
}

/** Names in the spool are in no order within one millisecond. */
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** What has happened since the last sweep, as far as it makes a chunk. A cursor that means nothing to the journal any
 * more, or lies in the future, is not waited for: then this is the first sweep. */
async function look(
  memory: Memory,
  unwell: Unwell,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<News> {
  const { cursor, ...rest } = memory;
  if (cursor !== undefined && !ahead(cursor)) {
    try {
      return await news(memory, entries(memory, signal), now(), unwell);
    } catch (error) {
      say(`begins anew, an hour back: ${explain(error)}`);
    }
  }
  return await news(rest, entries(rest, signal), now(), unwell);
}

/** Whether a cursor is of a moment that is still to come: the clock was wrong when it was made. */
function ahead(cursor: string): boolean {
  const [, hex] = /;t=([0-9a-f]+)/.exec(cursor) ?? [];
  return hex !== undefined && Number.parseInt(hex, 16) / 1000 > now() + 60_000;
}

/** What the journal says since the last time. */
async function* entries({ cursor }: Memory, signal: AbortSignal): AsyncGenerator<Entry> {
  const from = cursor === undefined ? FIRST : `--after-cursor=${cursor}`;
  for await (const entry of journal([from, ...WANTED])) {
    if (signal.aborted) return;
    yield entry;
  }
}

/** The command `sheepdog-sweep`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-sweep", help: HELP, lasting: false, regardless: true, work },
    process.argv.slice(2),
  );
}
