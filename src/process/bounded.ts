import { milliseconds, type Seconds, seconds } from "../time.ts";
import { kill, overrun, start } from "./job.ts";
import type { Outcome } from "./outcome.ts";
import { Stream } from "./stream.ts";

/** What a program that is not ours may use. */
export interface Bounds {
  /** When it is ended: SIGTERM, and SIGKILL a second later. */
  readonly timeout: Seconds;
  /** Bytes of each of its streams that are read as they are; of more the middle is left out. */
  readonly output: number;
  /** Bytes of data it may allocate (RLIMIT_DATA, by prlimit(1)); no limit where absent. */
  readonly memory?: number;
  /** What it reads on stdin. */
  readonly input: string;
  /** Variables besides PATH, HOME and LC_ALL=C.UTF-8. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder where pipes are kept between runs. */
  readonly pipes: string;
  /** Ends it before its time, as `timeout` does. */
  readonly signal?: AbortSignal;
}

export interface Finished {
  readonly outcome: Outcome;
  /** UTF-8; what is none is replaced. */
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it wrote more than it may. */
  readonly flooded: boolean;
}

const GRACE = seconds(1);

/** Runs a program without a shell, in a process group of its own. What it started and left is ended with it; whoever
 * has left the group as well is for the supervisor. Never throws for what the program does. */
export async function bounded(vector: readonly string[], bounds: Bounds): Promise<Finished> {
  const { timeout, output, memory, input, environment, pipes, signal } = bounds;
  const kept = { capture: output, pipes, verbose: false };
  const streams = [new Stream(kept, "stdout"), new Stream(kept, "stderr")] as const;
  const limited = memory === undefined ? vector : ["prlimit", `--data=${memory}`, "--", ...vector];
  const command = { kind: "vector", vector: limited } as const;
  const job = start({ command, timeout, input, environment: { ...clean(), ...environment } }, streams);
  const stopping = overrun(job, timeout, async () => GRACE);
  const end = (): void => {
    kill(job, "SIGTERM");
    setTimeout(() => kill(job, "SIGKILL"), milliseconds(GRACE)).unref();
  };
  signal?.addEventListener("abort", end);
  const reading = setTimeout(() => streams.forEach((stream) => stream.read()), milliseconds(SOON));
  const ended = await job.end;
  const outcome: Outcome = stopping.finish() ? { kind: "overran", limit: timeout } : ended;
  kill(job, "SIGKILL");
  clearTimeout(reading);
  signal?.removeEventListener("abort", end);
  await Promise.all(streams.map((stream) => stream.finish()));
  const [stdout, stderr] = streams.map(({ kept }) => kept.text());
  return {
    outcome,
    stdout: stdout?.text ?? "",
    stderr: stderr?.text ?? "",
    flooded: stdout?.truncated === true || stderr?.truncated === true,
  };
}

/** What ends sooner is read in one go at its end. */
const SOON = seconds(0.01);

/** Messages in English, numbers with a point, and nothing of what happens to be set where we were started. */
function clean({ PATH, HOME } = process.env): Readonly<Record<string, string>> {
  return {
    PATH: PATH ?? "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    HOME: HOME ?? "/",
    LC_ALL: "C.UTF-8",
  };
}
