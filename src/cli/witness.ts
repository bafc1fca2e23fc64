import { type Bark, LIMITS, type Run } from "../bark.ts";
import type { Config } from "../config/schema.ts";
import { fitting } from "../fit.ts";
import { makeId } from "../id.ts";
import { START } from "../monitors.ts";
import { exitCode, type Outcome } from "../process/outcome.ts";
import { masking, redactor, WITHHELD } from "../redact.ts";
import { ownIdOf } from "../systemd/invocation.ts";
import { type Epoch, formatSpan, iso, now } from "../time.ts";
import { user } from "../user.ts";
import { key } from "./barked.ts";
import { shortForm } from "./tag.ts";
import type { Command } from "../process/order.ts";
import type { Line } from "./options.ts";
import type { Wrapped } from "./wrap.ts";

/** What a bark says of a job besides what happened. */
export interface Circumstances {
  /** The user's own patterns of what is secret; undefined when they are not known: then no output leaves. */
  readonly patterns: readonly string[] | undefined;
  /** When the job is to run next. */
  readonly due: Epoch | undefined;
  /** The run of a unit that fails when the job does. */
  readonly invocation: string | undefined;
}

/** The bark of a job that has ended, with all secrets masked. */
export function witness(
  { line, command, ended }: Wrapped,
  config: Config,
  { patterns, due, invocation }: Circumstances,
): Bark {
  const known = redactor(patterns ?? []);
  const redact = masking(patterns);
  const whole = known(written(command));
  const text = patterns === undefined ? WITHHELD.trim() : whole;
  const { said } = line;
  const time = now();
  const bark = (capture: number): Bark => ({
    id: invocation === undefined ? makeId(time) : ownIdOf(invocation),
    time: iso(time),
    host: config.name,
    user: user(),
    tag: tagOf(line, whole, patterns),
    monitor: "error",
    level: exitCode(ended.outcome) === 0 ? "ok" : "fail",
    summary: inWords(ended.outcome, formatSpan(ended.elapsed)).slice(0, LIMITS.summary),
    elapsed: Number(ended.elapsed.toFixed(3)),
    content: {
      ...content(wrappedRun(text, ended, capture, redact)),
      ...(invocation === undefined ? {} : { invocation }),
    },
    ...(said.mailto === undefined ? {} : { mailto: said.mailto.split(/[\s,]+/).filter((one) => one !== "") }),
    ...(said.expect === undefined ? {} : { expect: said.expect }),
    ...(due === undefined ? {} : { due: iso(due) }),
  });
  return fitting(bark, config.capture);
}

/** The bark of a job that begins. */
export function beginning(
  line: Line,
  command: Command,
  config: Config,
  patterns: readonly string[] | undefined,
): Bark {
  const time = now();
  return {
    id: makeId(time),
    time: iso(time),
    host: config.name,
    user: user(),
    tag: tagOf(line, redactor(patterns ?? [])(written(command)), patterns),
    monitor: START,
    level: "ok",
    summary: "began",
  };
}

const written = (command: Command): string =>
  command.kind === "shell" ? command.line : command.vector.map(quote).join(" ");

/** @param whole  the command, with all secrets masked */
function tagOf({ said }: Line, whole: string, patterns: readonly string[] | undefined): string {
  const tag = said.tag === undefined ? untagged(whole, patterns) : redactor(patterns ?? [])(said.tag);
  return tag.slice(0, LIMITS.tag) || "a blank command";
}

const content = (run: Run): { readonly [Key in keyof Run]: Run[Key] } => run;

function wrappedRun(
  command: string,
  ended: Wrapped["ended"],
  capture: number,
  redact: (text: string) => string,
): Run {
  const { outcome } = ended;
  const stdout = ended.stdout.text(capture, redact);
  const stderr = ended.stderr.text(capture, redact);
  return {
    command: command.slice(0, capture),
    start: iso(ended.start),
    end: iso(ended.end),
    status: outcome.kind === "exited" ? outcome.status : null,
    signal: outcome.kind === "killed" ? outcome.signal : null,
    timeout: outcome.kind === "overran" ? outcome.limit : null,
    stdout: stdout.text,
    stderr: outcome.kind === "never-started" ? `${reason(outcome.errno)}\n${stderr.text}` : stderr.text,
    truncated: stdout.truncated || stderr.truncated,
  };
}

/** "exit 2 after 12s" */
function inWords(outcome: Outcome, elapsed: string): string {
  switch (outcome.kind) {
    case "exited":
      return outcome.status === 0 ? `done after ${elapsed}` : `exit ${outcome.status} after ${elapsed}`;
    case "killed":
      return `killed by ${outcome.signal} after ${elapsed}`;
    case "overran":
      return `stopped after ${elapsed}, longer than its limit of ${formatSpan(outcome.limit)}`;
    case "never-started":
      return `could not be started: ${reason(outcome.errno)}`;
    default:
      return outcome satisfies never;
  }
}

const reason = (errno: string): string =>
  ({ ENOENT: "command not found", EACCES: "not executable", E2BIG: "argument list too long" })[errno] ??
  errno;

/** An argument as a shell would need it. */
const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** One name for one command, also where the command itself must not be told. */
const untagged = (command: string, patterns: readonly string[] | undefined): string =>
  patterns === undefined ? `job ${key(command)}` : shortForm(command);
