import { printable } from "../printable.ts";
import { exitCode, SYSEXITS } from "../sysexits.ts";
import { explain } from "../trouble.ts";
import { parse } from "./parse.ts";
import { say } from "./say.ts";
import { screen } from "./terminal.ts";

/** Longer lines are hard to read. */
const WIDEST = 100;

/** Everything that `sheepdog` does besides wrapping a job.
 * @returns the exit code; whatever went wrong has been said on stderr */
export async function commands(argv: readonly string[]): Promise<number> {
  const parsed = await parse(argv, Math.min(screen().columns, WIDEST));
  if (parsed.kind === "wrong") {
    complain(parsed.fault);
    return SYSEXITS.usage[0];
  }
  try {
    if (parsed.kind === "deed") return await parsed.deed();
    await say(parsed.text);
    return 0;
  } catch (error) {
    const status = exitCode(error);
    // Of a bug the stack is what whoever mends it needs.
    complain(
      status === SYSEXITS.software[0] && error instanceof Error
        ? (error.stack ?? error.message)
        : explain(error),
    );
    return status;
  }
}

const complain = (text: string): void => void process.stderr.write(`sheepdog: ${printable(text, "\n")}\n`);
