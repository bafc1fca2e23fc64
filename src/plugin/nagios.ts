import type { Reading } from "./contract.ts";

/** What a plugin made for Nagios says, as a reading.
 * @param status  its exit code */
export function readNagios(status: number, stdout: string): Reading {
  const level = (["ok", "warning", "fail", "unknown"] as const)[status] ?? "unknown";
  return { level, summary: stdout.split("\n")[0]?.split("|")[0]?.trim() ?? "" };
}
