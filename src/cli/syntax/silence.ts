import { LIMITS } from "../../bark.ts";
import { LONGEST_SILENCE, LONGEST_WHY } from "../../operator/deed.ts";
import { formatSpan, parseSpan, type Seconds, seconds } from "../../time.ts";
import type { Syntax } from "./deed.ts";
import { named } from "./ids.ts";
import { OPERATING, operating } from "./key.ts";
import { type Given, JSON_OUT, last, text } from "./options.ts";

export const silence: Syntax = (all, choose) =>
  void all.command("silence", "Let nobody be told of something for a while", (own) => {
    for (const add of [hush, ...Object.values(SILENCE)]) add(own, choose);
    return own.usage(
      `$0 silence host=PATTERN [tag=PATTERN] --for SPAN --why REASON [OPTION…]

Lets nobody be told of what fits, for a while; * stands for anything. It ends by itself, and what is still bad then is told then.

sheepdog silence 'host=web*' --for 2h --why "new switch"
sheepdog silence host=nas tag=SCRUB --for 3d --why "the disk is ordered"
sheepdog silence 'host=*' --for 30min --why "the mail server moves"

On the handler's machine ask as root; elsewhere it is signed with an SSH key, and the handler obeys those of \`signers\` in [operators]. What it refuses it barks.`,
    );
  });

/** Where no other word follows. */
const hush: Syntax = (silence, choose) =>
  void silence.command(
    "$0 [what..]",
    false,
    (own) =>
      own
        .positional("what", { type: "string", array: true, describe: "host=PATTERN and tag=PATTERN" })
        .option("tag", text("The same as tag=PATTERN; when absent all tags"))
        .option("for", { ...text("How long, such as 30min or 2h"), coerce: span })
        .option("why", { ...text("The reason, for the others"), coerce: reason })
        .options(OPERATING)
        .example("$0 silence list", "what holds now")
        .example("$0 silence end 019aa0d1", "it is over sooner"),
    ({ what, tag, for: long, why, ...how }) => {
      const about = { ...subjects(what, tag), ...needed(long, why) };
      choose(async () => (await import("../silence.ts")).silence(about, operating(how)));
    },
  );

const list: Syntax = (silence, choose) =>
  void silence.command(
    "list",
    "Those that hold, the first to end first",
    (own) =>
      own
        .usage(
          "$0 silence list [OPTION…]\n\nThe silences that hold, the first to end first, as the history of this machine has them. Into\na pipe go whole fields with a tab between: until, seconds left, id, host, tag, by, why.",
        )
        .option("json", JSON_OUT)
        .example("$0 silence list --json | jq .", "for programs"),
    ({ json }) => choose(async () => (await import("../silence.ts")).silenceList({ json: json === true })),
  );

const end: Syntax = (silence, choose) =>
  void silence.command(
    "end <id>",
    "End one before its time",
    (own) =>
      own
        .usage("$0 silence end ID [OPTION…]\n\nEnds a silence now: what is still bad is told.")
        .positional("id", {
          type: "string",
          demandOption: true,
          coerce: named,
          describe: "Its id; the beginning of it will do where `sheepdog silence list` shows it",
        })
        .options(OPERATING)
        .example("$0 silence end 019aa0d1", "this one"),
    ({ id, ...how }) => choose(async () => (await import("../silence.ts")).silenceEnd(id, operating(how))),
  );

export const SILENCE = { list, end } as const;

/** What is meant. All hosts only when that is said.
 * @throws Error, for whoever typed it */
function subjects(
  words: readonly string[] | undefined,
  option: string | undefined,
): { readonly host: string; readonly tag: string } {
  const said: { host?: string; tag?: string } = option === undefined ? {} : { tag: option };
  for (const word of words ?? []) {
    const [, key, pattern] = /^(host|tag)=([^]*)$/.exec(word) ?? [];
    if (pattern === undefined)
      throw new Error(
        `"${word}" is neither list nor end, and does not say what it is; write host=${word} or tag=${word}`,
      );
    if (said[key as "host" | "tag"] !== undefined)
      throw new Error(`${key} is given twice; make two silences, or one with * in it`);
    said[key as "host" | "tag"] = short(key ?? "", pattern);
  }
  if (said.host === undefined)
    throw new Error("which hosts? give host=NAME, or 'host=web*', or 'host=*' for all of them");
  return { host: said.host, tag: short("tag", said.tag ?? "*") };
}

function short(key: string, pattern: string): string {
  const most = key === "host" ? LIMITS.host : LIMITS.tag;
  if (pattern === "") throw new Error(`${key}= needs a name or a pattern; ${key}=* is all of them`);
  if (pattern.length > most || CONTROLS.test(pattern))
    throw new Error(`${key}= takes one line of at most ${most} characters`);
  return pattern;
}

function needed(
  long: Seconds | undefined,
  why: string | undefined,
): { readonly span: Seconds; readonly why: string } {
  if (long === undefined) throw new Error("for how long? give --for 2h, or another time; it ends by itself");
  if (why === undefined) throw new Error('why? give --why "…", for those who wonder at the silence');
  return { span: long, why };
}

const LEAST = seconds(60);

/** @throws Error, for whoever typed it */
function span(given: Given): Seconds | undefined {
  const typed = last(given);
  if (typed === undefined) return undefined;
  const value = parseSpan(typed);
  if (value !== undefined && value >= LEAST && value <= LONGEST_SILENCE) return value;
  throw new Error(
    `--for needs a time such as 30min, 2h or 3d, from ${formatSpan(LEAST)} to ${formatSpan(LONGEST_SILENCE)}, not "${typed}"`,
  );
}

/** @throws Error, for whoever typed it */
export function reason(given: Given): string | undefined {
  const typed = last(given)?.trim();
  if (typed === undefined || (typed !== "" && typed.length <= LONGEST_WHY && !CONTROLS.test(typed)))
    return typed;
  throw new Error(`--why takes one line of at most ${LONGEST_WHY} characters`);
}

const CONTROLS = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;
