import { constants } from "node:os";
import { type Epoch, epoch } from "../time.ts";
import { type Entry, journal } from "./journal.ts";
import { properties, userNamed } from "./manager.ts";
import { MESSAGE, said } from "./message.ts";

/** One run of a unit that went wrong, as far as it is known. */
export interface Failure {
  readonly unit: string;
  /** Who it runs as. */
  readonly user: string;
  /** 32 hexadecimal digits; undefined where systemd does not say any more which run it was. */
  readonly invocation: string | undefined;
  /** As systemd calls it: "exit-code", "signal", "core-dump", "timeout", "watchdog", "oom-kill", "start-limit-hit",
   * "resources", "protocol"; "memory" where the unit lost a process for want of memory and went on. */
  readonly result: string;
  readonly status: number | null;
  /** "SIGKILL" */
  readonly signal: string | null;
  /** The main command of the unit, "" where it has none. */
  readonly command: string;
  readonly start: Epoch | undefined;
  readonly end: Epoch | undefined;
  /** The last lines that this run wrote to the journal, and no other one. */
  readonly journal: string;
  /** Whether there were more. */
  readonly truncated: boolean;
}

/** Who knows that a run failed may know more than the journal, which can be slow or not there at all. */
export interface Hint {
  readonly unit: string;
  readonly invocation: string | undefined;
  readonly result?: string | undefined;
  /** "exited", "killed" or "dumped". */
  readonly code?: string | undefined;
  /** A number, or the name of a signal as systemd writes it: "KILL". */
  readonly status?: string | undefined;
}

/** Lines of a run that are taken along, at the most. */
const LINES = 500;

/** Puts together what there is to know of a run that failed. */
export async function failure(hint: Hint, { about, own }: Records): Promise<Failure> {
  const { unit, invocation } = hint;
  const { ExecStart = [], User } = await properties(unit, ["ExecStart", "User"]);
  const verdict = about.findLast(failed);
  const exited = about.findLast((entry) => entry["MESSAGE_ID"] === MESSAGE.exited);
  const result = hint.result ?? verdict?.["UNIT_RESULT"] ?? "unknown";
  const code = hint.code ?? exited?.["EXIT_CODE"];
  const status = hint.status ?? exited?.["EXIT_STATUS"];
  return {
    unit,
    user: userNamed(User?.[0]),
    invocation,
    result,
    status: code === "exited" && /^\d+$/.test(status ?? "") ? Number(status) : null,
    signal: code === "killed" || code === "dumped" ? signalOf(status) : null,
    command: /argv\[\]=(.*?) ; ignore_errors=/.exec(ExecStart[0] ?? "")?.[1] ?? "",
    start: at([...own, ...about].sort(older)[0]),
    end: at(verdict ?? exited),
    journal: own
      .slice(-LINES)
      .map((entry) => `${entry["MESSAGE"] ?? ""}\n`)
      .join(""),
    truncated: own.length > LINES,
  };
}

/** What the journal has of a run, oldest first, and no more than the end of it. */
export interface Records {
  /** What process 1 says about the run. */
  readonly about: readonly Entry[];
  /** What the run has written. */
  readonly own: readonly Entry[];
}
/** How far off the journal may see a line of a run, before its beginning and after its end: milliseconds. */
const SLACK = 1000;

/** What process 1 says of a run, as far as it matters here: an hourly reload for a month is not all read. */
const SAYINGS = 100;

/** Of a process that lived for a moment the journal may know the unit and not the run, and see its line before
 * systemd's word that it started. Such a line counts where no other run of the unit is nearer. */
export async function records({ unit, invocation }: Hint): Promise<Records> {
  if (invocation === undefined) return { about: [], own: [] };
  const about = await sayings(invocation);
  const [start, end] = [at(about[0]), at(about.findLast(failed))];
  const run = `_SYSTEMD_INVOCATION_ID=${invocation}`;
  if (start === undefined) return { about, own: await latest(LINES + 1, [run]) };
  const since = `--since=@${(start - SLACK) / 1000}`;
  const until = end === undefined ? [] : [`--until=@${(end + SLACK) / 1000}`];
  const nearby = ["+", `_SYSTEMD_UNIT=${unit}`, "+", "_PID=1", `UNIT=${unit}`];
  let own: Entry[] = [];
  let where: "before" | "within" | "after" = "before";
  for (const entry of await latest(2 * LINES, [since, ...until, run, ...nearby])) {
    const id = entry["_SYSTEMD_INVOCATION_ID"];
    if (id === invocation || (id === undefined && entry["_SYSTEMD_UNIT"] === unit && where !== "after"))
      own.push(entry);
    else if (entry["_PID"] === "1" && entry["UNIT"] === unit && entry["INVOCATION_ID"] !== undefined) {
      if (entry["INVOCATION_ID"] === invocation) where = "within";
      else if (where === "within") where = "after";
      else if (where === "before")
        own = own.filter(({ _SYSTEMD_INVOCATION_ID: known }) => known !== undefined);
    }
  }
  return { about, own: own.slice(-LINES - 1) };
}

/** The first of what process 1 says of a run, and the last. */
async function sayings(invocation: string): Promise<readonly Entry[]> {
  const about = ["_PID=1", `INVOCATION_ID=${invocation}`];
  const last = await latest(SAYINGS, about);
  return last.length < SAYINGS ? last : [...(await entries(about, 1)), ...last];
}

const failed = (entry: Entry): boolean => entry["MESSAGE_ID"] === MESSAGE.failed;

/** Whether the journal has systemd's word that the run failed. */
export const concluded = ({ about }: Records): boolean => about.some(failed);

/** The newest run of a unit that the journal says has failed, if any. */
export async function lastFailed(unit: string): Promise<string | undefined> {
  const [entry] = await latest(1, [...said("failed"), `UNIT=${unit}`]);
  return entry?.["INVOCATION_ID"];
}

/** The newest entries, oldest first. Read backwards: with `--since=` beside it journalctl(1) takes `--lines=` for the
 * oldest ones (systemd 252). */
const latest = async (count: number, words: readonly string[]): Promise<readonly Entry[]> =>
  (await entries(["--reverse", `--lines=${count}`, ...words], count)).toReversed();

/** Where the journal cannot be read, a bark without its lines is better than none.
 * @param count  how many at the most */
async function entries(words: readonly string[], count: number): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  try {
    for await (const entry of journal(words)) if (all.push(entry) >= count) break;
  } catch {
    // what has been read counts
  }
  return all;
}

/** When an entry was written. */
export function at(entry: Entry | undefined): Epoch | undefined {
  const stamp = Number(entry?.["__REALTIME_TIMESTAMP"]);
  return Number.isFinite(stamp) ? epoch(Math.floor(stamp / 1000)) : undefined;
}

const older = (one: Entry, other: Entry): number => (at(one) ?? 0) - (at(other) ?? 0);

/** "9", "KILL" and "SIGKILL" are one. */
function signalOf(status: string | undefined): string | null {
  if (status === undefined || status === "") return null;
  const known = Object.entries(constants.signals).find(([, number]) => String(number) === status);
  return known?.[0] ?? (status.startsWith("SIG") ? status : `SIG${status}`);
}
