import { program } from "./program.ts";
import { remedy } from "./remedy.ts";
import type { Deed } from "./syntax/deed.ts";

/** What a command line comes to. */
export type Parsed =
  | { readonly kind: "deed"; readonly deed: Deed }
  /** Help or the version. */
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "wrong"; readonly fault: string };

/** Reads a command line; does and prints nothing.
 * @param width  columns of the help */
export async function parse(argv: readonly string[], width: number): Promise<Parsed> {
  let deed: Deed | undefined;
  let output = "";
  const yargs = program((chosen) => (deed = chosen), width);
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
  argv.length === 0
    ? "nothing to do; give -e COMMAND to wrap a job, or a command; see sheepdog --help"
    : "not a command; see sheepdog --help";

/** yargs knows this, and its types do not. */
const optionsOf = (yargs: unknown): readonly string[] =>
  Object.keys(
    (yargs as { getOptions(): { readonly key: Readonly<Record<string, unknown>> } }).getOptions().key,
  );
