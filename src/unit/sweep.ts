import { leave } from "../broker/leave.ts";
import type { Bark } from "../bark.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { makeId, placedId } from "../id.ts";
import { failureBark, recoveryBark, type Terms } from "../systemd/bark.ts";
import { at, failure, records } from "../systemd/failure.ts";
import { isInvocation } from "../systemd/invocation.ts";
import { type Entry, journal } from "../systemd/journal.ts";
import { userOf } from "../systemd/manager.ts";
import { type Memory, type News, news, type Unwell, WANTED } from "../systemd/news.ts";
import { nextStart } from "../systemd/timer.ts";
import { type Epoch, now } from "../time.ts";
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
  const keep = (bark: Bark, moment: Epoch, word: string): void => {
    keepOnce(spool, bark, moment);
    say(`${bark.tag}: ${word}`);
  };
  const unwell: Unwell = new Map();
  for (let more = true; more; ) {
    const swept = await look(recall(state), unwell, signal, say);
    for (const entry of swept.failures) {
      if (signal.aborted) return; // the next one begins where this chunk did
      const bark = await told(entry, terms);
      keep(bark, at(entry) ?? now(), bark.summary);
    }
    if (signal.aborted) return;
    for (const run of swept.well)
      keep(recoveryBark({ ...run, user: await userOf(run.unit) }, terms), run.since, "runs again");
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

/** Leaves a bark in the spool. What is sent from there goes by the order of the names, so that is named by when it
 * happened; and always the same, so that a sweep which could not remember how far it went (a full disk) finds what it
 * left before in place of leaving it again each minute. Where somebody has put something under that name, which anybody
 * may, it takes another one.
 * @throws Trouble when it cannot be written */
function keepOnce(spool: string, bark: Bark, moment: Epoch): void {
  const body = JSON.stringify(bark);
  try {
    leave(spool, "barks", placedId(moment, bark.id), body);
  } catch {
    leave(spool, "barks", makeId(now()), body);
  }
}

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
