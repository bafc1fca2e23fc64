import { errno, type Trouble } from "../trouble.ts";

/** Exit codes besides 0 and 1, as sysexits.h names them, and what they mean here. */
export const SYSEXITS = {
  usage: [64, "the command line is wrong"],
  unavailable: [69, "the history or the broker cannot be used"],
  software: [70, "a bug in sheepdog"],
  output: [74, "the output cannot be written"],
  permission: [77, "this user may not do that"],
  config: [78, "the configuration is wrong"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** The exit code for what made a command fail. By name, not `instanceof`: every bundle carries its own Trouble. */
export function exitCode(error: unknown): number {
  if (!(error instanceof Error) || error.name !== "Trouble") return SYSEXITS.software[0];
  const code = errno((error as Trouble).cause);
  if (code === "EACCES" || code === "EPERM") return SYSEXITS.permission[0];
  return (code === "ENOSPC" || code === "EBADF") && error.message.includes("stdout")
    ? SYSEXITS.output[0]
    : SYSEXITS.unavailable[0];
}
