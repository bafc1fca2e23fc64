import type { Seconds } from "../time.ts";

/** How a job ended. */
export type Outcome =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals }
  | { readonly kind: "overran"; readonly limit: Seconds }
  | { readonly kind: "never-started"; readonly errno: string };

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
