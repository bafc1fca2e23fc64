import { guess } from "./guess.ts";
import { following } from "./program.ts";

/** What the parser complains of, in words that name the cure.
 * @param fault  as yargs says it in English
 * @param options  the names of the options that may be given there */
export function remedy(fault: string, argv: readonly string[], options: readonly string[]): string {
  const [, kind, rest] =
    /^(Unknown arguments?|Unknown commands?|Not enough arguments following|Invalid values): ?(.*)/s.exec(
      fault,
    ) ?? [];
  if (kind === undefined || rest === undefined)
    return fault.startsWith("Not enough non-option")
      ? `${NEEDED.get(argv[0] ?? "") ?? "an id is needed"}; ${help(argv)}`
      : fault;
  if (kind === "Not enough arguments following") return `--${rest} needs a value; ${help(argv)}`;
  if (kind === "Invalid values") return invalid(rest) ?? fault;
  // One is enough to put right at a time.
  const word = (rest.split(", ")[0] ?? rest).replace(/^___proto___$/, "__proto__");
  const option = argv.some(
    (one) => new RegExp(/^--?/).test(one) && one.replace(/^--?/, "").split("=")[0] === word,
  );
  return option || rest.length === 0
    ? unknown("option", dashed(word), options.filter((one) => one.length > 1).map(dashed), argv)
    : stray(word, argv);
}

/** What else than an id may be missing, by the command. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ["ack", "HOST and TAG are needed"],
  ["plugin", "a name is needed"],
  ["receivers", "a name is needed"],
]);

function stray(word: string, argv: readonly string[]): string {
  const [first, second] = argv;
  if (word === first) return unknown("command", word, following(undefined), argv);
  if (first !== undefined && word === second && following(first).length > 0)
    return unknown(
      "command",
      `${first} ${word}`,
      following(first).map((one) => `${first} ${one}`),
      argv,
    );
  return `unexpected "${word}"; ${help(argv)}`;
}

function unknown(what: string, word: string, known: readonly string[], argv: readonly string[]): string {
  const meant = guess(word, known);
  return `unknown ${what} ${word}; ${meant === undefined ? help(argv) : `did you mean ${meant}?`}`;
}

const dashed = (word: string): string => `${word.length === 1 ? "-" : "--"}${word}`;

const help = ([first, second]: readonly string[]): string => {
  const command = following(undefined).includes(first ?? "") ? ` ${first}` : "";
  const below = first !== undefined && following(first).includes(second ?? "") ? ` ${second}` : "";
  return `see sheepdog${command}${below} --help`;
};

/** "Argument: level, Given: "bad", Choices: "ok", "fail"" */
function invalid(said: string): string | undefined {
  const [, name, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)/s.exec(said) ?? [];
  return name === undefined
    ? undefined
    : `--${name} is one of ${choices?.replaceAll('"', "").trim()}, not ${given}`;
}
