import type { Bark, Json, Run } from "../bark.ts";
import { formatSpan, seconds } from "../time.ts";

/** How a job ran, read from what a bark carries. Anybody may have made the bark, so every field is checked:
 * what is not as it should be counts as not there.
 * @returns undefined when the bark is not about a job */
export function runOf(bark: Bark): Run | undefined {
  const content = bark.content;
  if (content === undefined || typeof content["command"] !== "string") return undefined;
  return {
    command: content["command"],
    start: text(content["start"]) ?? "",
    end: text(content["end"]) ?? "",
    status: number(content["status"]),
    signal: text(content["signal"]) ?? null,
    timeout: number(content["timeout"]),
    stdout: text(content["stdout"]) ?? "",
    stderr: text(content["stderr"]) ?? "",
    ...(typeof content["journal"] === "string" ? { journal: content["journal"] } : {}),
    truncated: content["truncated"] === true,
  };
}

const text = (value: Json | undefined): string | undefined => (typeof value === "string" ? value : undefined);
const number = (value: Json | undefined): number | null => (typeof value === "number" ? value : null);

/** How a job ended, in words: "exit 2", "killed by SIGKILL", "stopped at its limit of 2h". */
export function ending(run: Run): string {
  if (run.timeout !== null) return `stopped at its limit of ${formatSpan(seconds(run.timeout))}`;
  if (run.signal !== null) return `killed by ${run.signal}`;
  if (run.status === null) return "never started";
  return `exit ${run.status}${KNOWN[run.status] ?? ""}`;
}

// What a shell means by them (POSIX.1-2024, 2.8.2).
const KNOWN: Readonly<Record<number, string>> = { 126: " (not executable)", 127: " (command not found)" };
