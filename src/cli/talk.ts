import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { join } from "node:path";
import { stateDirectory } from "../directories.ts";
import { Asker } from "../history/asker.ts";
import { Fault, pointed } from "../logic/fault.ts";
import { program } from "../logic/program.ts";
import { relationsOf } from "../rules/relations.ts";
import { printable } from "../printable.ts";
import { now } from "../time.ts";
import { Memory } from "./memory.ts";
import { completed, type Input, understood } from "./understood.ts";

/** Questions one after another, from a person at a terminal. A question runs in a process of its own: SQLite listens to
 * nobody while it works, and what is interrupted is to be that question and not all that was said before.
 * @param options  that each question is asked with
 * @returns the exit code: 0 */
export async function talk(options: readonly string[]): Promise<number> {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  const memory = new Memory(join(stateDirectory("client"), "asked"));
  const talker = new Talker(asker, options);
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: [...memory.lines],
    historySize: Memory.MOST,
    removeHistoryDuplicates: true,
    prompt: "?- ",
    completer: (line: string) => completed(line, talker.words()),
  });
  lines.on("history", (all: string[]) => memory.keep(all));
  process.stdout.write("Goals, and a full stop; :help tells more, Ctrl-D ends.\n");
  await talker.listen(lines);
  return 0;
}

/** What is said, and what it means. */
class Talker {
  readonly #asker: Asker;
  readonly #options: readonly string[];
  /** Those that are switched on. */
  readonly #on = new Set<string>();
  #rules = "";
  #text = "";
  #interrupt: (() => void) | undefined;

  constructor(asker: Asker, options: readonly string[]) {
    this.#asker = asker;
    this.#options = options;
  }

  /** Returns when there is no more to come. */
  async listen(lines: Interface): Promise<void> {
    lines.on("SIGINT", () => {
      if (this.#interrupt !== undefined) return this.#interrupt();
      // What was begun is thrown away, as in a shell.
      this.#text = "";
      process.stdout.write("^C\n");
      lines.setPrompt("?- ");
      // Empties the line that is being written.
      lines.write(null, { ctrl: true, name: "e" });
      lines.write(null, { ctrl: true, name: "u" });
      lines.prompt();
    });
    lines.prompt();
    for await (const line of lines) {
      this.#text += this.#text === "" ? line : `\n${line}`;
      const input = understood(this.#text, (text) => this.#read(text));
      if (input.kind !== "unfinished") {
        this.#text = "";
        if (input.kind === "command" && input.name === "quit") break;
        await this.#do(input);
      }
      lines.setPrompt(this.#text === "" ? "?- " : "|  ");
      lines.prompt();
    }
    lines.close();
    process.stdout.write("\n");
  }

  #asking() {
    return { catalog: relationsOf(this.#asker), now: now(), asks: true } as const;
  }

  /** @throws Fault */
  #read(text: string): { readonly query: boolean } {
    try {
      return { query: program(this.#rules + text, this.#asking()).query !== undefined };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw new Fault(Math.max(0, error.at - this.#rules.length), error.message, error.advice);
    }
  }

  /** What can be completed. */
  words(): readonly string[] {
    const relations = [...this.#asking().catalog.names()];
    const own = [...this.#rules.matchAll(/^([a-z]\w*)/gm)].flatMap(([, name]) => name ?? []);
    return [...new Set([...relations, ...own])];
  }

  async #do(input: Exclude<Input, { kind: "unfinished" }>): Promise<void> {
    switch (input.kind) {
      case "nothing":
        return;
      case "fault":
        process.stdout.write(printable(pointed(input.fault, input.text, "question"), "\n"));
        return;
      case "rules":
        this.#rules += `${input.text}\n`;
        process.stdout.write("added\n");
        return;
      case "question":
        await this.#run(["ask", ...this.#options, ...this.#on, "--file=-"], this.#rules + input.text);
        return;
      case "command":
        await this.#command(input.name, input.word);
        return;
      default:
        input satisfies never;
    }
  }

  async #command(name: string, word: string): Promise<void> {
    if (name === "relations") return this.#run(["relations"], "");
    if (name === "rules") process.stdout.write(printable(this.#rules || "none\n", "\n"));
    else if (name === "forget") this.#rules = "";
    else if ((name === "explain" || name === "why") && (word === "on" || word === "off")) {
      if (word === "on") this.#on.add(`--${name}`);
      else this.#on.delete(`--${name}`);
    } else process.stdout.write(HELP);
  }

  /** Runs this command with other arguments; Ctrl-C ends it. */
  async #run(args: readonly string[], stdin: string): Promise<void> {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? "", ...args], {
      stdio: ["pipe", "inherit", "inherit"],
    });
    this.#interrupt = () => void child.kill("SIGTERM");
    // It may have left before it has read all.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    const [, signal] = (await once(child, "close")) as [number | null, string | null];
    this.#interrupt = undefined;
    if (signal !== null) process.stdout.write("interrupted\n");
  }
}

const HELP = `A question is goals, over as many lines as it takes: state(H, T, fail), ram(H, B), B < gib(4).
A rule is remembered while this lasts:                small(H) :- ram(H, B), B < gib(4).

:relations          what there is to ask of
:rules  :forget     the rules that were given; to forget them
:explain on  off    say how each answer is found
:why on  off        say what each answer rests on
:quit               or Ctrl-D; Ctrl-C ends a question that takes too long
`;
