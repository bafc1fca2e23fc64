import { parse as read } from "#grammar";
import { Fault } from "./fault.ts";
import type { Parsed } from "./term.ts";

/** Characters of a program. */
const LONGEST = 256 * 1024;
/** How deep it may be nested: whoever reads it is not to run out of stack. */
const DEEPEST = 200;

/** Reads a program: clauses, and a query at most.
 * @throws Fault */
export function parse(text: string): Parsed {
  if (text.length > LONGEST)
    throw new Fault(0, `the program is longer than ${LONGEST} characters`, "take it apart");
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(" && ++depth > DEEPEST)
      throw new Fault(at, `more than ${DEEPEST} brackets in one another`, "give parts of it names: rules");
    if (text[at] === ")") depth--;
  }
  try {
    return read(text);
  } catch (error) {
    const { location, expected, found } = error as {
      readonly location?: { readonly start: { readonly offset: number } };
      readonly expected?: readonly {
        readonly type: string;
        readonly description?: string;
        readonly text?: string;
      }[];
      readonly found?: string | null;
    };
    if (location === undefined) throw error;
    const words = [
      ...new Set((expected ?? []).map((one) => one.description ?? `\`${one.text ?? one.type}\``)),
    ];
    const what = found == null ? "the end of the text" : `\`${found}\``;
    throw new Fault(location.start.offset, `${what} is not understood here`, advice(found, words));
  }
}

function advice(found: string | null | undefined, words: readonly string[]): string {
  if (found === "[" || found === "|") return "there are no lists: say it with relations";
  if (found === "!") return "there is no cut: order does not matter here";
  const likely = words.filter((word) => word !== "blank").slice(0, 8);
  return likely.length === 0 ? "see sheepdog-ask(7)" : `possible here: ${likely.join(", ")}`;
}
