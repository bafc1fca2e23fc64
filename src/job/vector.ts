import { realpathSync } from "node:fs";
import { basename } from "node:path";
import { bad, good, type Result } from "../trouble.ts";
import { type Argument, check } from "./argument.ts";

/** A vector is a program and its arguments. A hole, `{name}`, is one argument whole: never a part of one, and never an
 * option. */

const HOLE = /^\{([a-z][a-z0-9_]*)\}$/;
const INSIDE = /\{[a-z][a-z0-9_]*\}/;
/** What runs a file of its own language: the first argument. */
const INTERPRETERS =
  /^(sh|bash|rbash|dash|ash|zsh|ksh|ksh93|mksh|fish|csh|tcsh|python|perl|ruby|node|nodejs|deno|bun|lua|luajit|guile|php|expect|tclsh|wish|Rscript|pwsh)[0-9._-]*$/;
/** What runs what its arguments say, or reads them as a language. */
const LAUNCHERS =
  /^(env|busybox|toybox|awk|gawk|mawk|nawk|original-awk|sed|ed|ex|vi|vim|su|sudo|doas|runuser|pkexec|setpriv|capsh|ssh|xargs|parallel|find|eval|systemd-run|systemd-nspawn|machinectl|chroot|nsenter|unshare|watch|timeout|time|nice|ionice|chrt|taskset|numactl|nohup|setsid|setarch|stdbuf|flock|script|strace|gdb|start-stop-daemon|socat|ncat|make|m4|bc|at|batch|crontab|docker|podman|lxc-attach|kubectl|psql|mysql|mariadb|sqlite3|ld-linux.*|osascript)[0-9._-]*$/;

/** The names of the holes. */
export const holesOf = (vector: readonly string[]): readonly string[] =>
  vector.flatMap((word) => HOLE.exec(word)?.[1] ?? []);

/** What is wrong with a vector, in words for whoever wrote it. */
export function faultOf(
  vector: readonly string[],
  types: Readonly<Record<string, Argument>>,
): string | undefined {
  const [program = "", ...words] = vector;
  if (INSIDE.test(program)) return "what is run is not for those who ask to say: no hole may stand first";
  for (const [at, word] of words.entries()) {
    const [, name] = HOLE.exec(word) ?? [];
    if (name === undefined) {
      if (INSIDE.test(word)) return `${JSON.stringify(word)}: a hole is an argument of its own; split it`;
      continue;
    }
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) return `{${name}}: there is no [arguments.${name}] that says what it may be`;
    // Of these root has written each value, or they are too plain to be a program.
    if (["enum", "int", "ip"].includes(type.type)) continue;
    const before = vector.slice(0, at + 1);
    const reader = before
      .flatMap((one, start) => (one.startsWith("/") ? (readerOf(before.slice(start)) ?? []) : []))
      .at(0);
    if (reader !== undefined)
      return `{${name}}: ${reader} would run what is in it; write a program of your own that takes it as an argument`;
  }
  return undefined;
}

/** Which of the words before a hole might take what is in it for a program. Not all that could are known here: what a
 * program makes of its arguments is for whoever writes the file to know.
 * @returns its name */
function readerOf([program = "", ...words]: readonly string[]): string | undefined {
  const names = namesOf(program);
  const launcher = names.find((name) => LAUNCHERS.test(name));
  if (launcher !== undefined) return launcher;
  const interpreter = names.find((name) => INTERPRETERS.test(name));
  return interpreter === undefined || words[0]?.startsWith("/") === true ? undefined : interpreter;
}

/** What a program is called, also behind links: /usr/bin/awk is mawk. */
function namesOf(program: string): readonly string[] {
  try {
    return [basename(program), basename(realpathSync(program))];
  } catch {
    return [basename(program)]; // it is not here, or not yet
  }
}

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
    const value = Object.hasOwn(given, name) ? given[name] : type.default;
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
