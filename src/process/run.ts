import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { type Epoch, later, milliseconds, now, type Seconds, seconds } from "../time.ts";
import { errno } from "../trouble.ts";
import { Capture } from "./capture.ts";
import { Pipe, type Sink } from "./pipe.ts";

export type Command =
  | { readonly kind: "shell"; readonly line: string }
  | { readonly kind: "vector"; readonly vector: readonly string[] };

export interface Order {
  readonly command: Command;
  /** When to stop the job. */
  readonly timeout?: Seconds;
  /** Between SIGTERM and SIGKILL. Asked only when a job has to be stopped. */
  readonly grace: () => Promise<Seconds>;
  /** Pass the output through as it comes. */
  readonly verbose: boolean;
  /** Bytes kept of each stream. */
  readonly capture: number;
  /** Folder where pipes are kept between runs. */
  readonly pipes: string;
}

export type Outcome =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals }
  | { readonly kind: "overran"; readonly limit: Seconds }
  | { readonly kind: "never-started"; readonly errno: string };

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
/** How long a process that outlives the job, and holds its output open, is waited for. */
const LINGER = 2000;
const LONGEST = 2 ** 31 - 1;
const PASSED_ON = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
};

/** The exit code a shell would give: the job's own, 128+n for a signal, 127 and 126 for what cannot be started,
 * 124 for a timeout, as timeout(1) does. */
export function exitCode(outcome: Outcome): number {
  switch (outcome.kind) {
    case "exited":
      return outcome.status;
    case "killed":
      return 128 + (SIGNALS[outcome.signal] ?? 0);
    case "overran":
      return 124;
    case "never-started":
      return outcome.errno === "ENOENT" ? 127 : 126;
    default:
      return outcome satisfies never;
  }
}

/** Runs one child and waits for its end. Its stdin is ours; its output is kept within bounds. Never throws for
 * what the job does. */
export async function run(order: Order): Promise<Ended> {
  const started = now();
  const clock = process.hrtime.bigint();
  const streams = [new Stream(order, "stdout"), new Stream(order, "stderr")] as const;
  const job = start(order, streams);
  const reading = setTimeout(() => streams.forEach((stream) => stream.read()), order.verbose ? 0 : SOON);
  const stopping = order.timeout === undefined ? undefined : overrun(job, order.timeout, order.grace);
  passSignals(job);
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

function start(order: Order, [stdout, stderr]: readonly [Stream, Stream]): Job {
  const { command } = order;
  const [file, ...args] = command.kind === "shell" ? ["/bin/sh", "-c", command.line] : command.vector;
  const group = order.timeout !== undefined || !hasTerminal();
  let child: ChildProcess | undefined;
  try {
    child = spawn(file as string, args, { stdio: ["inherit", stdout.end, stderr.end], detached: group });
    return { pid: child.pid, group, end: ended(child) };
  } catch (error) {
    // Most failures come as an event, a few (E2BIG) are thrown.
    return {
      pid: undefined,
      group,
      end: Promise.resolve({ kind: "never-started", errno: errno(error) ?? "EIO" }),
    };
  } finally {
    stdout.attach(child?.stdout);
    stderr.attach(child?.stderr);
  }
}

interface Job {
  /** Undefined when it never started. */
  readonly pid: number | undefined;
  /** Whether it leads a process group of its own. */
  readonly group: boolean;
  readonly end: Promise<Outcome>;
}

/** On a terminal the job stays in our session: it must be able to ask for a passphrase on /dev/tty, and Ctrl-Z
 * and Ctrl-C reach it from the kernel. Elsewhere (cron, systemd) it leads a group that can be stopped whole. */
function hasTerminal(): boolean {
  try {
    // proc(5): after the command in parentheses come state, ppid, pgrp, session, tty_nr. Trying to open
    // /dev/tty says the same, but the usual answer there is an exception, which is slow to make.
    const stat = readFileSync("/proc/self/stat", "latin1");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[5] !== "0";
  } catch {
    return false; // without /proc a group that can be stopped is worth more
  }
}

function kill({ pid, group }: Job, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, signal);
  } catch (error) {
    if (errno(error) !== "ESRCH") throw error; // ESRCH: it was quicker
  }
}

function ended(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ kind: "never-started", errno: errno(error) ?? "EIO" }));
    child.on("exit", (status, signal) =>
      resolve(signal === null ? { kind: "exited", status: status ?? 1 } : { kind: "killed", signal }),
    );
  });
}

/** What is sent to us is meant for the job, also while its bark is on the way: whoever stops us has stopped the
 * job, not its report. The one exception: Ctrl-C on a terminal has reached the job already, and a second one makes
 * some programs leave at once. */
function passSignals(job: Job): void {
  for (const signal of PASSED_ON)
    process.on(signal, () => {
      if (job.group || signal !== "SIGINT") kill(job, signal);
    });
}

function overrun(job: Job, limit: Seconds, grace: () => Promise<Seconds>): { finish(): boolean } {
  let overran = false;
  let ended = false;
  let timer: NodeJS.Timeout;
  const stop = async (): Promise<void> => {
    overran = true;
    kill(job, "SIGTERM");
    kill(job, "SIGCONT"); // one that is stopped would not hear it
    const span = await grace();
    if (!ended) timer = setTimeout(() => kill(job, "SIGKILL"), milliseconds(span));
  };
  // A timer of node's ends after 25 days, a job perhaps not.
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST ? wait(left - LONGEST) : void stop()), Math.min(left, LONGEST));
  };
  wait(milliseconds(limit));
  return {
    finish() {
      ended = true;
      clearTimeout(timer);
      // Its children may have ignored SIGTERM; the time is up for them as well.
      if (overran && job.group) kill(job, "SIGKILL");
      return overran;
    },
  };
}

/** One of the job's two output streams: where it goes, and what is kept of it. */
class Stream {
  readonly kept: Capture;
  readonly #pipe: Pipe | undefined;
  readonly #through: Writable | undefined;
  #readable: Readable | undefined;
  #reading: Promise<void> | undefined;
  #paused = false;

  constructor(order: Order, name: "stdout" | "stderr") {
    this.kept = new Capture(order.capture);
    this.#pipe = Pipe.take(order.pipes);
    // Looking at process.stdout makes a stream, which takes time: only where it is used.
    if (order.verbose) this.#through = process[name];
    this.#through?.on("error", () => {}); // whoever read it has left (`| head`): the job goes on
  }

  get end(): number | "pipe" {
    return this.#pipe?.writer ?? "pipe";
  }

  attach(readable: Readable | null | undefined): void {
    this.#readable = readable ?? undefined;
    this.#pipe?.letGo();
    if (this.#pipe === undefined) this.read();
  }

  read(): void {
    this.#reading ??= this.#pipe?.read(this.#sink) ?? drained(this.#readable, this.#sink);
  }

  /** After the job's end: what it left is taken, and who still writes is waited for, though not for long. */
  async finish(): Promise<void> {
    if (this.#reading === undefined && this.#pipe?.drain(this.#sink) === true) return;
    this.read();
    const waiting = setInterval(() => {
      if (this.#paused) return; // not the job holds us up, but who reads our output
      if (this.#pipe === undefined) this.#readable?.destroy();
      else this.#pipe.stop();
    }, LINGER);
    await this.#reading;
    clearInterval(waiting);
  }

  readonly #sink: Sink = (chunk) => {
    this.kept.take(chunk);
    if (this.#through?.writable !== true) return true;
    // Nothing more is read until this has left: its memory is used again, and a slow reader slows the job, as
    // without us. Also called when the write fails: then nobody listens, and the job goes on.
    this.#paused = true;
    this.#through.write(chunk, () => {
      this.#paused = false;
      (this.#pipe ?? this.#readable)?.resume();
    });
    return false;
  };
}

function drained(readable: Readable | undefined, sink: Sink): Promise<void> {
  return new Promise((resolve) => {
    if (readable === undefined) return resolve();
    readable.on("data", (chunk: Buffer) => {
      if (!sink(chunk)) readable.pause();
    });
    readable.on("error", () => readable.destroy()); // a stream that fails to read has nothing more to say
    readable.on("close", () => resolve());
  });
}
