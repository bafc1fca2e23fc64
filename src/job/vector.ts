import { basename } from "node:path";
import { bad, good, type Result } from "../trouble.ts";
import { type Argument, check } from "./argument.ts";

/** A vector is a program and its arguments. A hole, `{name}`, is one argument whole: never a part of one, and never an
 * option. */

const HOLE = /^\{([a-z][a-z0-9_]*)\}$/;
const INSIDE = /\{[a-z][a-z0-9_]*\}/;
/** What reads an argument as a program of its own. */
const INTERPRETERS =
  /^(env|sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh|busybox|python[0-9.]*|perl[0-9.]*|ruby[0-9.]*|node|lua[0-9.]*|guile|awk|gawk|mawk|sed|php[0-9.]*|su|sudo|doas|runuser|ssh|xargs|find|eval|systemd-run|chroot|nsenter|watch|timeout|nice|nohup|setsid|expect|tclsh|osascript|pwsh)$/;

/** The names of the holes. */
export const holesOf = (vector: readonly string[]): readonly string[] =>
  vector.flatMap((word) => HOLE.exec(word)?.[1] ?? []);

/** What is wrong with a vector, in words for whoever wrote it. */
export function faultOf(vector: readonly string[], known: ReadonlySet<string>): string | undefined {
  const [program = "", ...words] = vector;
  if (INSIDE.test(program)) return "what is run is not for those who ask to say: no hole may stand first";
  for (const [at, word] of words.entries()) {
    const [, name] = HOLE.exec(word) ?? [];
    if (name === undefined) {
      if (INSIDE.test(word)) return `${JSON.stringify(word)}: a hole is an argument of its own; split it`;
      continue;
    }
    if (!known.has(name)) return `{${name}}: there is no [arguments.${name}] that says what it may be`;
    const before = words.slice(0, at);
    if (INTERPRETERS.test(basename(program)) && !isScript(before))
      return `{${name}}: ${basename(program)} would run what is in it; write a program of your own that takes it as an argument`;
  }
  return undefined;
}

/** Whether an interpreter was told what to run before the hole: a file, of which the hole is an argument. */
const isScript = (before: readonly string[]): boolean =>
  !before.some((word) => /^-[A-Za-z]*[ceES]$|^--(eval|exec|command|expression|print)\b/.test(word)) &&
  before.some((word) => word.startsWith("/"));

/** Puts values into the holes.
 * @returns the vector to run, or what is wrong with a value */
export function fill(
  vector: readonly string[],
  types: Readonly<Record<string, Argument>>,
  given: Readonly<Record<string, string>>,
): Result<readonly string[], string> {
  const filled: string[] = [];
  for (const word of vector) {
    const [, name] = HOLE.exec(word) ?? [];
    const type = name === undefined ? undefined : types[name];
    if (name === undefined || type === undefined) {
      filled.push(word);
      continue;
    }
    const value = given[name] ?? type.default;
    if (value === undefined) return bad(`its argument ${name} is missing`);
    const checked = check(type, value);
    if (!checked.ok) return bad(`its argument ${name} ${checked.fault}`);
    // What begins so would be an option, unless the vector has said that no more of them come.
    if (checked.value.startsWith("-") && !vector.slice(0, filled.length).includes("--"))
      return bad(`its argument ${name} begins with a hyphen, and no -- stands before {${name}}`);
    filled.push(checked.value);
  }
  return good(filled);
}
