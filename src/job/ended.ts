import { nameOf } from "../author.ts";
import { ask } from "../systemd/ask.ts";
import { type Entry as Line, journal } from "../systemd/journal.ts";
import { type Epoch, epoch, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import type { Ended } from "./bark.ts";
import type { Entry } from "./ledger.ts";
import { unitOf } from "./systemd.ts";

/** What systemd says of a unit that starts, or has: systemd.journal-fields(7), MESSAGE_ID. */
const STARTS = new Set(["7d4958e842da4a758f6c1cdc7b36dcc5", "39f53479d3a045ac8e11786248231fbf"]);

/** Lines of a run that are taken along, at the most. */
const LINES = 1000;

/** What systemd says of a run, to the unit that is to tell of it: systemd.exec(5), MONITOR_*. */
export interface Monitored {
  readonly phase: "run" | "undo";
  readonly id: string;
  readonly result: string;
  readonly code: string;
  readonly status: string;
  readonly invocation: string;
}

/** Reads it off the name of the unit, "run:ID:well", and the environment.
 * @throws Trouble when it is not for this that we were called */
export function monitored(
  instance: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Monitored {
  const [, phase, id = ""] = /^(run|undo):([0-9a-f-]{36}):(?:well|ill)$/.exec(instance) ?? [];
  const { MONITOR_SERVICE_RESULT: result, MONITOR_INVOCATION_ID: invocation } = environment;
  if (phase === undefined || result === undefined || invocation === undefined)
    throw new Trouble(`nothing is known of the end of ${JSON.stringify(instance.slice(0, 100))}`, {
      advice: "this is for systemd to call, from version 251 on",
    });
  return {
    phase: phase as "run" | "undo",
    id,
    result,
    invocation,
    code: environment["MONITOR_EXIT_CODE"] ?? "",
    status: environment["MONITOR_EXIT_STATUS"] ?? "",
  };
}

/** Puts together what there is to know of a run that is over: what systemd says, and what it has written. */
export async function endedOf(entry: Entry, seen: Monitored): Promise<Ended> {
  const { phase, result, code, status, invocation } = seen;
  const { start, end = now(), stdout, stderr } = await written(entry, seen);
  return {
    // Clocks are set back, too.
    start: epoch(Math.min(start ?? entry.since, end)),
    end,
    status: code === "exited" && /^\d+$/.test(status) ? Number(status) : null,
    signal: (code === "killed" || code === "dumped") && status !== "" ? `SIG${status}` : null,
    overran: result === "timeout",
    ...troubleOf(result, entry.cancelled, phase),
    stdout,
    stderr,
    invocation,
  };
}

function troubleOf(
  result: string,
  cancelled: string | undefined,
  phase: "run" | "undo",
): { readonly trouble?: string } {
  if (phase === "run" && cancelled !== undefined && result !== "exit-code")
    return { trouble: `stopped, as ${cancelled} asked` };
  if (["success", "exit-code", "signal", "core-dump", "timeout"].includes(result)) return {};
  return { trouble: result === "oom-kill" ? "killed, out of memory" : `not run (${result})` };
}

/** What a run has written, each stream by itself. The mark of its lines others could write, too: what counts is whose
 * they are. */
async function written(
  { id, user, since }: Entry,
  { phase, invocation }: Monitored,
): Promise<Pick<Ended, "stdout" | "stderr"> & Partial<Pick<Ended, "start" | "end">>> {
  const name = unitOf(id, phase);
  await ask("journalctl", ["--sync"], { patience: 10_000 });
  const words = [
    `--since=@${Math.floor(since / 1000) - 1}`,
    `--lines=${LINES}`,
    `SYSLOG_IDENTIFIER=${name}`,
    "+",
    "_PID=1",
    `INVOCATION_ID=${invocation}`,
  ];
  let [start, end]: (Epoch | undefined)[] = [];
  let [stdout, stderr] = ["", ""];
  const own = (line: Line): boolean =>
    line["_SYSTEMD_INVOCATION_ID"] === invocation ||
    // Of a process that lived for a moment the journal may not know whose run it was.
    (line["_SYSTEMD_INVOCATION_ID"] === undefined &&
      [line["_UID"], nameOf(Number(line["_UID"]))].includes(user));
  try {
    for await (const line of journal(words)) {
      if (line["_PID"] === "1" && line["INVOCATION_ID"] === invocation)
        [start, end] = [start ?? momentOf(line), STARTS.has(line["MESSAGE_ID"] ?? "") ? end : momentOf(line)];
      else if (!own(line)) continue;
      else if (line["PRIORITY"] === "3") stderr += `${line["MESSAGE"] ?? ""}\n`;
      else stdout += `${line["MESSAGE"] ?? ""}\n`;
    }
  } catch (error) {
    stderr += `[what it has written cannot be read: ${(error as Error).message}]\n`;
  }
  // What it has written may be more than was looked at.
  if (start === undefined || start === end) start = (await startOf(invocation)) ?? start;
  return { ...(start && { start }), ...(end && { end }), stdout, stderr };
}

async function startOf(invocation: string): Promise<Epoch | undefined> {
  const said = await ask("journalctl", ["-q", "-o", "json", "_PID=1", `INVOCATION_ID=${invocation}`]);
  const [first = ""] = (said ?? "").split("\n");
  try {
    return momentOf(JSON.parse(first) as Line);
  } catch {
    return undefined; // the journal does not know it any more
  }
}

const momentOf = (line: Line): Epoch => epoch(Math.floor(Number(line["__REALTIME_TIMESTAMP"]) / 1000));
