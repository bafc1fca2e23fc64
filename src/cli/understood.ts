import { Fault } from "../logic/fault.ts";

/** What somebody has said by now. */
export type Input =
  | { readonly kind: "nothing" }
  | { readonly kind: "unfinished" }
  | { readonly kind: "command"; readonly name: string; readonly word: string }
  | { readonly kind: "question" | "rules"; readonly text: string }
  | { readonly kind: "fault"; readonly text: string; readonly fault: Fault };

/** Whether that is whole: a goal is when it can be read, all else with a full stop; an empty line ends whatever it is.
 * What is wrong at its very end may be only because more is to come.
 * @param read  tells whether there is a question in it, or throws a Fault */
export function understood(text: string, read: (text: string) => { readonly query: boolean }): Input {
  const trimmed = text.trim();
  if (trimmed === "" || /^(?:%[^\n]*\s*)+$/.test(trimmed)) return { kind: "nothing" };
  const [, name, word = ""] = /^:([a-z]+)\s*([a-z]*)/.exec(trimmed) ?? [];
  if (name !== undefined) return { kind: "command", name, word };
  try {
    return { kind: read(trimmed).query ? "question" : "rules", text: trimmed };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const ended = trimmed.endsWith(".") || /\n\s*$/.test(text);
    const open = error.at >= trimmed.length || error.message.startsWith("this comment");
    return open && !ended ? { kind: "unfinished" } : { kind: "fault", text: trimmed, fault: error };
  }
}

/** For readline: what the word at the end of a line may become, and that word. */
export function completed(line: string, words: readonly string[]): [string[], string] {
  const [word = ""] = /[:\p{L}\p{N}_]*$/u.exec(line) ?? [];
  const all = line.trimStart().startsWith(":") ? COMMANDS : [...words, ...GOALS].map((one) => `${one}(`);
  return [all.filter((one) => word !== "" && one.startsWith(word)).sort(), word];
}

const GOALS = ["aggregate_all", "at", "during", "not", "prefix", "glob", "re", "version_at_least"];
const COMMANDS = [":relations", ":rules", ":forget", ":explain ", ":why ", ":quit", ":help"];
