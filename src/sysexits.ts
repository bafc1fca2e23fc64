import { errno, type Trouble } from "./trouble.ts";

/** Exit codes besides 0 and 1, as sysexits.h names them, and what they mean here. */
export const SYSEXITS = {
  usage: [64, "the command line is wrong"],
  data: [65, "a diary, a question or a rule is not understood"],
  unavailable: [69, "something that is needed cannot be used, until somebody mends it"],
  software: [70, "a bug in sheepdog"],
  output: [74, "the output cannot be written"],
  again: [75, "not now (Redis is away, the disk is full); try again"],
  permission: [77, "this user may not do that"],
  config: [78, "the configuration is wrong"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** The exit code for what made a command or a unit fail. By name, not `instanceof`: every bundle carries its own
 * Trouble. */
export function exitCode(error: unknown): number {
  if (!(error instanceof Error) || error.name !== "Trouble") return SYSEXITS.software[0];
  const { kind, retry, cause } = error as Trouble;
  if (kind === "configuration") return SYSEXITS.config[0];
  if (kind === "output") return SYSEXITS.output[0];
  const code = errno(cause);
  if (code === "EACCES" || code === "EPERM") return SYSEXITS.permission[0];
  return retry === "later" ? SYSEXITS.again[0] : SYSEXITS.unavailable[0];
}
