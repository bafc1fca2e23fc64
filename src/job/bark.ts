import { type Bark, type Level, LIMITS } from "../bark.ts";
import { fitting } from "../fit.ts";
import { derivedId, makeId } from "../id.ts";
import { JOB } from "../monitors.ts";
import { printable } from "../printable.ts";
import { redactor } from "../redact.ts";
import { tail } from "../tail.ts";
import { between, type Epoch, formatSpan, iso, now } from "../time.ts";
import type { Refused } from "./judge.ts";
import type { Entry } from "./ledger.ts";
import { called, type Request } from "./request.ts";

/** What has become of a request, as barks tell it. */
export type Phase =
  /** It was run; or its undoing was. */
  | "run"
  | "undo"
  /** A timer has it. */
  | "planned"
  /** It held already, and holds for longer now. */
  | "renewed"
  | "cancelled"
  /** Whether it was run is not known; or it never was, and never will be. */
  | "lost"
  | "refused";

/** With what barks are made here. */
export interface Terms {
  /** What this machine is called. */
  readonly name: string;
  /** Bytes kept of each stream. */
  readonly capture: number;
  /** Patterns of what is secret. */
  readonly redact: readonly string[];
}

/** One run that is over. */
export interface Ended {
  readonly start: Epoch;
  readonly end: Epoch;
  readonly status: number | null;
  readonly signal: string | null;
  /** Whether it was stopped because its time was up. */
  readonly overran: boolean;
  /** What went wrong besides: "out of memory". */
  readonly trouble?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What tells this run from others of the same request. */
  readonly invocation: string;
}

/** The bark of a run that is over, with all secrets masked. */
export function ranBark(entry: Entry, phase: "run" | "undo", ended: Ended, terms: Terms): Bark {
  const { status, signal, overran, trouble } = ended;
  const redact = redactor(terms.redact);
  const well = status === 0 && !overran && trouble === undefined;
  const [stdout, stderr] = [redact(ended.stdout), redact(ended.stderr)];
  const vector = phase === "undo" ? (entry.undo ?? []) : entry.vector;
  const took = formatSpan(between(ended.start, ended.end));
  const how = overran
    ? `stopped after ${formatSpan(between(ended.start, ended.end))}, it took too long`
    : trouble !== undefined
      ? trouble
      : signal !== null
        ? `killed by ${signal} after ${took}`
        : `exit ${status ?? "unknown"} after ${took}`;
  const done = phase === "undo" ? "undone" : "done";
  const holds =
    well && phase === "run" && entry.holds !== undefined ? `, until ${iso(entry.holds as Epoch)}` : "";
  const said = `${phase === "undo" ? "undo: " : ""}${how}`;
  return fitting((capture) => {
    const [out, err] = [tail(stdout, capture), tail(stderr, capture)];
    return {
      ...frame(entry, phase, well ? "ok" : "fail", ended.end, terms, ended.invocation),
      summary: short(
        well
          ? `${done} in ${took}${holds}, as ${entry.principal} asked`
          : `${said}; ${entry.principal} asked`,
      ),
      elapsed: Number(between(ended.start, ended.end).toFixed(3)),
      content: {
        ...about(entry, phase),
        command: redact(vector.join(" ")).slice(0, capture),
        start: iso(ended.start),
        end: iso(ended.end),
        status,
        signal,
        timeout: overran ? entry.timeout : null,
        stdout: out.text,
        stderr: err.text,
        truncated: out.left + err.left > 0,
      },
    };
  }, terms.capture);
}

/** The bark of something that has become of a request without a run. */
export const stateBark = (
  entry: Entry,
  phase: Exclude<Phase, "run" | "undo" | "refused">,
  level: Level,
  summary: string,
  terms: Pick<Terms, "name">,
): Bark => ({
  ...frame(entry, phase, level, now(), terms, phase === "planned" ? "" : String(entry.since)),
  summary: short(summary),
  content: about(entry, phase),
});

/** The bark of something that was refused. Nothing that it says of itself is proved: whoever writes to the queue may
 * write what they like, so it is no state of any job, and its receiver tells it as it is.
 * @param letter  the message that brought it */
export function refusalBark({ why, asked }: Refused, letter: string, terms: Pick<Terms, "name">): Bark {
  const time = now();
  const what = asked === undefined ? "something" : wordsOf(asked);
  return {
    id: letter === "" ? makeId(time) : derivedId(JOB, terms.name, letter, "refused"),
    time: iso(time),
    host: terms.name,
    tag: "jobs refused",
    monitor: JOB,
    level: "ok",
    summary: short(`refused: ${what}: ${why}`),
    content: {
      phase: "refused",
      why: printable(why).slice(0, 4000),
      ...(asked === undefined
        ? {}
        : {
            run: asked.id,
            waits: asked.waits,
            by: printable(asked.by),
            ...("job" in asked ? { job: asked.job, args: { ...asked.args } } : {}),
          }),
    },
  };
}

const wordsOf = (asked: Request): string =>
  `${asked.kind === "cancel" ? `the end of ${asked.run}` : called(asked.job, asked.args)} (${asked.by})`;

const short = (text: string): string => printable(text).slice(0, LIMITS.summary);

function frame(
  entry: Entry,
  phase: Phase,
  level: Level,
  time: Epoch,
  { name }: Pick<Terms, "name">,
  which: string,
) {
  return {
    id: derivedId(JOB, name, entry.id, phase, which),
    time: iso(time),
    host: name,
    user: entry.user,
    tag: tagOf(entry.job, entry.args),
    monitor: JOB,
    level,
    // For questions: job(Host, Job, State, By, Id).
    facts: [["job", entry.job, stateOf(phase, level), entry.principal, entry.id] as const],
  };
}

/** Where a request stands, in a word. */
const stateOf = (phase: Phase, level: Level): string =>
  phase === "run"
    ? level === "ok"
      ? "done"
      : "failed"
    : phase === "undo"
      ? level === "ok"
        ? "undone"
        : "failed"
      : phase;

/** What a job with its arguments is called as a subject: what has failed for one address is not well again because it
 * went well for another. */
export function tagOf(job: string, args: Readonly<Record<string, string>>, what = "job"): string {
  const whole = `${what} ${called(job, args)}`;
  return whole.length <= LIMITS.tag
    ? whole
    : `${whole.slice(0, LIMITS.tag - 10)} ${derivedId(whole).slice(0, 8)}`;
}

/** Whether it comes long after whoever asked has got their answer. */
const later = ({ at, calendar }: Entry, phase: Phase): boolean =>
  phase === "undo" || (phase === "run" && (at !== undefined || calendar !== undefined));

const about = (entry: Entry, phase: Phase) => ({
  run: entry.id,
  phase,
  job: entry.job,
  args: { ...entry.args },
  by: entry.principal,
  waits: entry.waits && !later(entry, phase),
  ...(entry.holds === undefined ? {} : { holds: iso(entry.holds as Epoch) }),
  ...(entry.at === undefined ? {} : { at: iso(entry.at as Epoch) }),
  ...(entry.calendar === undefined ? {} : { calendar: entry.calendar }),
});
