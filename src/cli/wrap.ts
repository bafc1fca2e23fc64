import { writeSync } from "node:fs";
import { lockDirectory, runtimeDirectory } from "../directories.ts";
import type { Lock } from "../lock.ts";
import type { Command } from "../process/order.ts";
import { exitCode } from "../process/outcome.ts";
import { type Ended, run } from "../process/run.ts";
import { parseSpan, type Seconds, seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import { Barked, key } from "./barked.ts";
import type { Line } from "./options.ts";

/** Bytes kept of each stream. More than the greatest value of `capture`, which is in the configuration and so is read
 * only when there is something to tell: what masks secrets sees beyond the cut. */
const CAPTURE = 192 * 1024;
/** EX_TEMPFAIL: the job did not run, and nothing is wrong with it. */
const SKIPPED = 75;

/** A job that ran, and what was asked about it. */
export interface Wrapped {
  readonly line: Line;
  readonly command: Command;
  readonly ended: Ended;
  readonly barked: Barked;
}

/** Runs the job, then tells, where there is something to tell. What happens to the telling never changes what
 * happens to the job: the exit code is the job's own.
 * @returns the exit code */
export async function wrap(line: Line, command: Command): Promise<number> {
  const about = line.said.tag ?? (command.kind === "shell" ? command.line : command.vector.join(" "));
  const lock = line.said.lock === undefined ? "free" : await locked(line, about);
  if (typeof lock === "number") return lock;
  const { always, expect } = line.said;
  const begun = always !== undefined && expect !== undefined ? begin(line, command) : undefined;
  const timeout = line.said.timeout === undefined ? undefined : parseSpan(line.said.timeout);
  const ended = await run({
    command,
    ...(timeout === undefined ? {} : { timeout }),
    grace: () => grace(line.said.config),
    verbose: line.said.verbose !== undefined,
    capture: CAPTURE,
    pipes: `${runtimeDirectory()}/pipes`,
  });
  const status = exitCode(ended.outcome);
  process.exitCode = status; // whatever should go wrong from here on
  const barked = new Barked(about);
  await begun;
  const regular = always !== undefined || expect !== undefined;
  if (status !== 0 || regular || barked.yet) await tell({ line, command, ended, barked });
  // Not before it is told: the next run asks whether this one barked.
  if (lock !== "free") lock[Symbol.dispose]();
  return status;
}

/** Beside the job, which does not wait for it. */
async function begin(line: Line, command: Command): Promise<void> {
  try {
    const { begin: bark } = await import("./report.ts");
    await bark(line, command);
  } catch (error) {
    complain(`could not bark that it begins: ${explain(error)}`);
  }
}

async function tell(wrapped: Wrapped): Promise<void> {
  try {
    const { report } = await import("./report.ts");
    await report(wrapped);
  } catch (error) {
    complain(`could not report: ${explain(error)}`);
  }
}

/** @returns the lock, "free" to run without one, or the exit code to leave with */
async function locked({ said }: Line, about: string): Promise<Lock | "free" | number> {
  const file = `${lockDirectory()}/${key(about)}`;
  const name = said.tag === undefined ? "this command" : JSON.stringify(said.tag); // a command may hold a secret
  try {
    const { Lock } = await import("../lock.ts");
    const taken = Lock.try(file) ?? (said.lock === "wait" ? await patiently(Lock, file) : SKIPPED);
    if (taken === SKIPPED) complain(`skipped: another run of ${name} has not ended`);
    return taken;
  } catch (error) {
    complain(`running without a lock: ${explain(error)}`);
    return "free";
  }
}

async function patiently(Locks: typeof Lock, file: string): Promise<Lock | number> {
  const leave = new AbortController();
  let status = 0;
  const stop = (signal: string, code: number) => [signal, () => ((status = code), leave.abort())] as const;
  const stops = [stop("SIGTERM", 143), stop("SIGINT", 130), stop("SIGHUP", 129)];
  for (const [signal, act] of stops) process.on(signal, act);
  const lock = await Locks.wait(file, leave.signal);
  for (const [signal, act] of stops) process.off(signal, act);
  return lock ?? status;
}

async function grace(config: string | undefined): Promise<Seconds> {
  try {
    const { configuration } = await import("./report.ts");
    return configuration(config).config.grace;
  } catch {
    return seconds(10); // whatever is wrong is told with the bark; the job is stopped all the same
  }
}

/** Says something on stderr, at once. Where nobody reads that, or it is full, nothing else changes. */
export function complain(text: string): void {
  try {
    writeSync(2, `sheepdog: ${text}\n`);
  } catch {
    // there is no other place to say that this place is gone
  }
}
