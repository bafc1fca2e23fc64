import { type Bark, type Level, LIMITS } from "../bark.ts";
import type { Config } from "../config/schema.ts";
import { fitting } from "../fit.ts";
import { makeId } from "../id.ts";
import { masking } from "../redact.ts";
import { tail } from "../tail.ts";
import { between, type Epoch, formatSpan, iso, now } from "../time.ts";
import type { Failure } from "./failure.ts";
import { type Aspect, idOf } from "./invocation.ts";

/** What the units that watch other units are called as monitors. */
const MONITOR = "unit";

/** What a bark of these is made with, of the configuration; `redact` is undefined where there are patterns that cannot
 * be read. */
export type Terms = Pick<Config, "name" | "capture"> & {
  readonly redact: readonly string[] | undefined;
};

/** The bark of a unit that failed, with all secrets masked.
 * @param due  when it is to run next */
export function failureBark(failure: Failure, terms: Terms, due: Epoch | undefined): Bark {
  const { unit, invocation, result, status, signal, start, end = now() } = failure;
  const redact = masking(terms.redact);
  const [whole, command] = [redact(failure.journal), redact(failure.command)];
  const elapsed = start === undefined ? undefined : between(start, end);
  const bark = (capture: number): Bark => {
    const journal = tail(whole, capture);
    return {
      ...(result === "memory"
        ? frame(failure, "memory", "warning", end, terms)
        : frame(failure, "failure", "fail", end, terms)),
      summary: `${inWords(failure)}${elapsed === undefined ? "" : ` after ${formatSpan(elapsed)}`}`,
      ...(elapsed === undefined ? {} : { elapsed: Number(elapsed.toFixed(3)) }),
      ...(due === undefined ? {} : { due: iso(due) }),
      content: {
        unit,
        invocation: invocation ?? null,
        result,
        command: command.slice(0, capture),
        start: start === undefined ? null : iso(start),
        end: iso(end),
        status,
        signal,
        timeout: null,
        journal: journal.text,
        truncated: failure.truncated || journal.left > 0,
      },
    };
  };
  return fitting(bark, terms.capture);
}

/** The bark of a unit that had failed and is well again.
 * @param run  the one that is well */
export const recoveryBark = (
  run: { unit: string; user: string; invocation: string; since: Epoch },
  terms: Terms,
): Bark => ({
  ...frame(run, "recovery", "ok", run.since, terms),
  summary: "runs again",
  content: { unit: run.unit, invocation: run.invocation },
});

function frame(
  {
    unit,
    user,
    invocation,
  }: { readonly unit: string; readonly user: string; readonly invocation: string | undefined },
  aspect: Aspect,
  level: Level,
  time: Epoch,
  terms: Terms,
) {
  return {
    id: invocation === undefined ? makeId(time) : idOf(invocation, aspect),
    time: iso(time),
    host: terms.name,
    user,
    tag: unit.slice(0, LIMITS.tag),
    monitor: MONITOR,
    level,
  };
}

function inWords({ result, status, signal }: Failure): string {
  switch (result) {
    case "exit-code":
      return `exit ${status ?? "code unknown"}`;
    case "signal":
      return `killed by ${signal ?? "a signal"}`;
    case "core-dump":
      return `crashed by ${signal ?? "a signal"}`;
    case "timeout":
      return "stopped, it took too long";
    case "watchdog":
      return "killed by its watchdog, it gave no sign of life";
    case "oom-kill":
      return "killed, out of memory";
    case "memory":
      return "lost a process, out of memory, and goes on";
    case "start-limit-hit":
      return "given up, it failed too often";
    default:
      return `failed (${result})`;
  }
}
