import { printable } from "../printable.ts";
import type { Command } from "../process/order.ts";
import { bad, good, type Result } from "../trouble.ts";
import { type Line, readLine } from "./options.ts";
import { complain, wrap } from "./wrap.ts";

/** EX_USAGE of sysexits.h. */
const USAGE = 64;

/** The command `sheepdog`. A line that wraps a job is read and run here, with next to nothing loaded; all else
 * (commands, help) is in commands.ts. */
export async function sheepdog(argv: readonly string[]): Promise<number> {
  const first = argv[0];
  if (first === undefined || !first.startsWith("-")) return commands(argv);
  const line = readLine(argv);
  if (!line.ok) return refuse(line.fault);
  if (line.value.said.help !== undefined || line.value.said.version !== undefined) return commands(argv);
  const command = commandOf(line.value);
  return command.ok ? wrap(line.value, command.value) : refuse(command.fault);
}

function commandOf({ said, vector }: Line): Result<Command, string> {
  if (said.monitor !== undefined && !["error", "monitor-error"].includes(said.monitor))
    return bad(`no monitor is called "${said.monitor}"; there is monitor-error`);
  if (said.exec !== undefined && vector.length > 0)
    return bad("give either -e COMMAND or -- COMMAND ARGUMENT…, not both");
  if (said.exec !== undefined) return good({ kind: "shell", line: said.exec });
  if (vector[0] !== undefined && vector[0] !== "") return good({ kind: "vector", vector });
  return bad("no command to run; give -e COMMAND or -- COMMAND ARGUMENT…");
}

async function commands(argv: readonly string[]): Promise<number> {
  const { commands } = await import("./commands.ts");
  return commands(argv);
}

function refuse(fault: string): number {
  complain(printable(fault));
  return USAGE;
}

export async function main(): Promise<void> {
  process.exitCode = await sheepdog(process.argv.slice(2));
}
