import { type Epoch, later, now, type Seconds, seconds } from "../time.ts";
import type { Capture } from "./capture.ts";
import { type Job, overrun, passSignals, start } from "./job.ts";
import type { Order } from "./order.ts";
import type { Outcome } from "./outcome.ts";
import { Stream } from "./stream.ts";

export interface Ended {
  readonly outcome: Outcome;
  readonly start: Epoch;
  readonly end: Epoch;
  readonly elapsed: Seconds;
  readonly stdout: Capture;
  readonly stderr: Capture;
}

/** How long a job may write before it is read from. Most jobs that are wrapped end within it and fit into the
 * pipe (64 KiB): they are read in one go at their end, and the stream machinery is never made. */
const SOON = 10;

/** Runs one child and waits for its end. Its stdin is ours; its output is kept within bounds. Never throws for
 * what the job does. */
export async function run(order: Order): Promise<Ended> {
  const started = now();
  const clock = process.hrtime.bigint();
  const streams = [new Stream(order, "stdout"), new Stream(order, "stderr")] as const;
  // Before there is a job: a signal that comes while it starts would end us and leave it alone. What is to be done
  // with one is done a turn of the loop later, when the job is there.
  let job: Job | undefined;
  passSignals(() => job);
  job = start(order, streams);
  const reading = setTimeout(() => streams.forEach((stream) => stream.read()), order.verbose ? 0 : SOON);
  const stopping = order.timeout === undefined ? undefined : overrun(job, order.timeout, order.grace);
  const outcome = await job.end;
  clearTimeout(reading);
  const overran = stopping?.finish() ?? false;
  const elapsed = seconds(Number(process.hrtime.bigint() - clock) / 1e9);
  await Promise.all(streams.map((stream) => stream.finish()));
  const [stdout, stderr] = streams;
  return {
    outcome: overran && order.timeout !== undefined ? { kind: "overran", limit: order.timeout } : outcome,
    start: started,
    end: later(started, elapsed),
    elapsed,
    stdout: stdout.kept,
    stderr: stderr.kept,
  };
}
