import { isAddress } from "../address.ts";
import { LIMITS } from "../bark.ts";
import { parseSpan } from "../time.ts";
import { bad, good, type Result } from "../trouble.ts";

export interface Option {
  readonly name: string;
  readonly alias?: readonly string[];
  readonly kind: "flag" | "text" | "span" | "choice";
  /** For a choice: what may be said; the first is meant when nothing is. */
  readonly choices?: readonly string[];
  /** What stands for the value in the help. */
  readonly argument?: string;
  readonly describe: string;
}

/** Every option of the wrapper. Read here on the quick path, and by yargs for the help, the man page and the
 * completions: loading yargs costs more than starting the job. */
export const OPTIONS = [
  {
    name: "config",
    alias: ["c"],
    kind: "text",
    argument: "FILE",
    describe: "Configuration to use instead of the first one found",
  },
  {
    name: "monitor",
    alias: ["m"],
    kind: "text",
    argument: "NAME",
    describe: "What watches the job: monitor-error (the default), also spelt error",
  },
  {
    name: "exec",
    alias: ["e", "action", "a"],
    kind: "text",
    argument: "COMMAND",
    describe: "Command line to run by /bin/sh -c; without a shell: -- COMMAND ARGUMENT…",
  },
  {
    name: "tag",
    alias: ["t"],
    kind: "text",
    argument: "TAG",
    describe: "What the job is called in barks and mails; when absent a short form of the command",
  },
  {
    name: "always",
    kind: "flag",
    describe: "Bark every time, also when all is well; with --expect also at its beginning",
  },
  {
    name: "mailto",
    kind: "text",
    argument: "ADDRESS",
    describe: "Whom to tell instead of the server's default; several with blanks between",
  },
  {
    name: "timeout",
    kind: "span",
    argument: "SPAN",
    describe: "Stop the job after this time (exit code 124): SIGTERM, and SIGKILL after a grace",
  },
  {
    name: "lock",
    kind: "choice",
    choices: ["skip", "wait"],
    describe: "One run per tag at a time; skip: a second run leaves with 75; wait: it waits",
  },
  {
    name: "expect",
    kind: "span",
    argument: "SPAN",
    describe: "The next run is due within this time; implies --always",
  },
  { name: "verbose", alias: ["v"], kind: "flag", describe: "Pass the job's output through as it comes" },
  { name: "help", alias: ["h"], kind: "flag", describe: "Show this help" },
  { name: "version", kind: "flag", describe: "Show the version" },
] as const satisfies readonly Option[];

type Name = (typeof OPTIONS)[number]["name"];
/** What was said, by the options' full names; a flag is "". */
export type Said = { readonly [Key in Name]?: string };

export interface Line {
  readonly said: Said;
  /** What stands after `--`. */
  readonly vector: readonly string[];
}

/** Reads options up to `--`, as getopt_long(3) does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-vt TAG`.
 * @returns the fault with its remedy for a line that is none of this */
export function readLine(argv: readonly string[]): Result<Line, string> {
  const said: { [Key in Name]?: string } = {};
  for (let at = 0; at < argv.length; ) {
    const word = argv[at++] as string;
    if (word === "--") return good({ said, vector: argv.slice(at) });
    if (!word.startsWith("-") || word === "-")
      return bad(`unexpected "${word}"; quote the whole command after -e, or put -- before it`);
    for (const [name, attached] of split(word)) {
      const option = find(name);
      if (option === undefined)
        return bad(`unknown option ${name.length > 1 ? "--" : "-"}${name}; see sheepdog --help`);
      let value = attached;
      if (option.kind === "text" || option.kind === "span") {
        value ??= argv[at++];
        if (value === undefined || value === "") return bad(`--${option.name} needs a value`);
      }
      const wrong = check(option, value);
      if (wrong !== undefined) return bad(wrong);
      said[option.name as Name] = value ?? option.choices?.[0] ?? "";
    }
  }
  return good({ said, vector: [] });
}

/** "--a=b" is [a, b]; "-vtTAG" is v, then t with TAG attached. */
function split(word: string): readonly (readonly [name: string, attached: string | undefined])[] {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=");
    return [equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)]];
  }
  const found: [string, string | undefined][] = [];
  for (let at = 1; at < word.length; at++) {
    const name = word.charAt(at);
    const kind = find(name)?.kind;
    const rest = word.slice(at + 1).replace(/^=/, "");
    if ((kind === "text" || kind === "span") && rest !== "") return [...found, [name, rest]];
    found.push([name, undefined]);
  }
  return found;
}

const find = (name: string): Option | undefined =>
  name === ""
    ? undefined
    : OPTIONS.find((option: Option) => option.name === name || option.alias?.includes(name));

function check(option: Option, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (option.kind === "flag") return `--${option.name} takes no value`;
  if (option.kind === "choice" && option.choices?.includes(value) !== true)
    return `--${option.name} is ${option.choices?.join(" or ")}, not "${value}"`;
  if (option.name === "mailto" && value.split(/[\s,]+/).length > LIMITS.mailto)
    return `--mailto takes at most ${LIMITS.mailto} addresses; let a list on the mail server reach more`;
  if (option.name === "mailto") {
    const odd = value.split(/[\s,]+/).find((one) => one !== "" && !isAddress(one));
    if (odd !== undefined)
      return `--mailto "${odd.slice(0, 80)}" is no address; write one such as ops@example.org`;
  }
  if (option.name === "expect" && value.length > LIMITS.expect)
    return `--expect "${value.slice(0, 20)}…" is too long; write a time such as 24h`;
  if (option.kind === "span" && !((parseSpan(value) ?? 0) > 0))
    return `--${option.name} needs a time such as 90s, 30min or 24h, not "${value}"`;
  return undefined;
}
