import { printable } from "../printable.ts";
import { explain } from "../trouble.ts";
import { program } from "./program.ts";
import { remedy } from "./remedy.ts";
import { say } from "./say.ts";
import type { Deed } from "./syntax/deed.ts";
import { exitCode, SYSEXITS } from "./sysexits.ts";
import { screen } from "./terminal.ts";

/** Everything that `sheepdog` does besides wrapping a job.
 * @returns the exit code; whatever went wrong has been said on stderr */
export async function commands(argv: readonly string[]): Promise<number> {
  const read = await parse(argv);
  try {
    if (read.kind === "deed") return await read.deed();
    if (read.kind === "told") return await say(read.text).then(() => 0);
  } catch (error) {
    const status = exitCode(error);
    complain(status === SYSEXITS.software[0] && error instanceof Error ? (error.stack ?? error.message) : explain(error));
    return status;
  }
  complain(read.fault);
  return SYSEXITS.usage[0];
}

type Read =
  | { readonly kind: "deed"; readonly deed: Deed }
  /** Help or the version. */
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "wrong"; readonly fault: string };

async function parse(argv: readonly string[]): Promise<Read> {
  let deed: Deed | undefined;
  let output = "";
  const yargs = program((chosen) => (deed = chosen), Math.min(screen().columns, 100));
  try {
    // With a callback nothing is printed and nothing exits: what there is to say comes as text.
    await yargs
      .fail((fault, error) => {
        throw new Error(remedy(fault ?? error.message, argv, optionsOf(yargs)));
      })
      .parseAsync([...argv], {}, (_error, _read, text) => void (output = text));
  } catch (error) {
    return { kind: "wrong", fault: error instanceof Error ? error.message : String(error) };
  }
  if (output !== "") return { kind: "told", text: `${output.trimEnd()}\n` };
  return deed === undefined ? { kind: "wrong", fault: nothing(argv) } : { kind: "deed", deed };
}

const nothing = (argv: readonly string[]): string =>
  argv.length === 0 ? "nothing to do; give -e COMMAND to wrap a job, or a command; see sheepdog --help" : "not a command; see sheepdog --help";

/** yargs knows this, and its types do not. */
const optionsOf = (yargs: unknown): readonly string[] =>
  Object.keys((yargs as { getOptions(): { readonly key: Readonly<Record<string, unknown>> } }).getOptions().key);

const complain = (text: string): void => void process.stderr.write(`sheepdog: ${printable(text, "\n")}\n`);
