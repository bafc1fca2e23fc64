import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { milliseconds, type Seconds } from "../time.ts";
import { errno } from "../trouble.ts";
import type { Order } from "./order.ts";
import type { Outcome } from "./outcome.ts";
import type { Stream } from "./stream.ts";

/** Milliseconds that a timer of node's can wait. */
const LONGEST = 2 ** 31 - 1;
/** SIGUSR1 also because node would open a debugger on it. */
const PASSED_ON = ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const;

/** Starts the job. Its end comes as a value, also when it never starts. */
export function start(
  order: Pick<Order, "command" | "timeout" | "input" | "environment">,
  [stdout, stderr]: readonly [Stream, Stream],
): Job {
  const { command, input, environment } = order;
  const [file, ...args] = command.kind === "shell" ? ["/bin/sh", "-c", command.line] : command.vector;
  const group = order.timeout !== undefined || !hasTerminal();
  let child: ChildProcess | undefined;
  try {
    child = spawn(file as string, args, {
      stdio: [input === undefined ? "inherit" : "pipe", stdout.end, stderr.end],
      detached: group,
      ...(environment === undefined ? {} : { env: environment }),
    });
    child.stdin?.on("error", () => undefined); // a program need not read what it is given
    child.stdin?.end(input);
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

export interface Job {
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

export function kill({ pid, group }: Job, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(group ? -pid : pid, signal);
  } catch (error) {
    // ESRCH: it was quicker. EPERM: it has become somebody else (sudo), and is not ours to stop: it is waited for.
    if (errno(error) !== "ESRCH" && errno(error) !== "EPERM") throw error;
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
export function passSignals(find: () => Job | undefined): void {
  for (const signal of PASSED_ON)
    process.on(signal, () => {
      const job = find();
      if (job !== undefined && (job.group || signal !== "SIGINT")) kill(job, signal);
    });
}

export function overrun(job: Job, limit: Seconds, grace: () => Promise<Seconds>): { finish(): boolean } {
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
