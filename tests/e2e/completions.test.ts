import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder } from "../support/folder.ts";
import { DIST } from "../support/sheepdog.ts";
import { until } from "../support/until.ts";

const file = (name: string): string => join(DIST, "completions", name);
const PROGRAMS = [
  "sheepdog",
  ...["handler", "mailer", "notifier", "flush", "bark", "sweep", "indicator"].map(
    (unit) => `sheepdog-${unit}`,
  ),
];

/** What came of a line that was typed, and TAB after it. */
interface Completed {
  /** The line as the shell has it then. */
  readonly line: string;
  /** What was to choose from. */
  readonly words: readonly string[];
}

/** Types lines into a shell whose folder is `home`, with its `bin` on the PATH. */
type Shell = (home: string, lines: readonly string[]) => Promise<readonly Completed[]>;

/** A shell at a terminal of its own. It writes down what it is offered, and upon ^Xe "= " and the line it has.
 * @param startup  what it reads when it starts; `said` is the file it writes to */
const atTerminal =
  (command: string, startup: (said: string) => string): Shell =>
  async (home, lines) => {
    const said = join(home, "said");
    writeFileSync(said, "");
    writeFileSync(join(home, ".zshrc"), startup(said));
    const child = spawn("script", ["-qec", command, "/dev/null"], {
      cwd: home,
      env: environment(home),
      stdio: ["pipe", "pipe", "pipe"],
    });
    try {
      let shown = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
      await until("the shell is ready", () => Promise.resolve(shown.includes("READY>")));
      child.stdin.write(lines.map((line) => `${line}\t\x18e`).join(""));
      const ends = (): number => [...readFileSync(said, "utf8").matchAll(/^= /gm)].length;
      await until("all lines are completed", () => Promise.resolve(ends() === lines.length)).catch(
        (error: Error) => {
          throw new Error(`${error.message}: ${shown}\n${readFileSync(said, "utf8")}`);
        },
      );
    } finally {
      child.kill("SIGKILL");
    }
    const blocks = readFileSync(said, "utf8").matchAll(/((?:(?!= ).*\n)*)= (.*)\n/g);
    return [...blocks].map(([, words = "", line = ""]) => ({
      line,
      words: words.split("\n").filter((word) => word !== ""),
    }));
  };

const environment = (home: string): NodeJS.ProcessEnv => ({
  PATH: `${join(home, "bin")}:${process.env["PATH"]}`,
  HOME: home,
  ZDOTDIR: home,
  TERM: "dumb",
  INPUTRC: "/dev/null",
});

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: atTerminal(
    "bash --noprofile --rcfile .zshrc -i",
    (said) => `PS1='READY>'; source ${file("sheepdog.bash")}
      bind 'set bell-style none'
      probe() { COMPREPLY=(); _sheepdog "$@"; printf '%s\\n' "\${COMPREPLY[@]}" >>${said}; }
      complete -F probe ${PROGRAMS.join(" ")}
      told() { printf '= %s\\n' "$READLINE_LINE" >>${said}; READLINE_LINE= READLINE_POINT=0; }
      bind -x '"\\C-xe": told'\n`,
  ),
  zsh: atTerminal(
    "zsh -d -i",
    (said) => `PS1='READY>'; autoload -U compinit; compinit -D -u; source ${file("_sheepdog")}
      setopt no_beep no_auto_list no_auto_menu
      compadd() { local -a hits; builtin compadd -O hits "$@"; print -rl -- $hits >>${said}; builtin compadd "$@" }
      told() { print -r -- "= $BUFFER" >>${said}; BUFFER= }
      zle -N told; bindkey '^Xe' told\n`,
  ),
  fish: (home, lines) =>
    Promise.resolve(
      lines.map((line) => {
        const said = execFileSync(
          "fish",
          [
            "--no-config",
            "-c",
            `source ${file("sheepdog.fish")}; complete -C ${quote(line)} | string replace -r '\\t.*' ''; true`,
          ],
          { cwd: home, encoding: "utf8", env: environment(home) },
        );
        const words = said.split("\n").filter((word) => word !== "");
        const [only, another] = words;
        const whole = only !== undefined && another === undefined;
        return { line: whole ? line.replace(/\S*$/, `${only} `) : line, words };
      }),
    ),
};

const quote = (word: string): string => `'${word}'`;

/** What the line must be after TAB. */
const BECOMES: Readonly<Record<string, string>> = {
  "sheepdog li": "sheepdog list",
  "sheepdog dead ret": "sheepdog dead retry",
  "sheepdog completion fi": "sheepdog completion fish",
  "sheepdog --exp": "sheepdog --expect",
  "sheepdog list --js": "sheepdog list --json",
  "sheepdog list --level wa": "sheepdog list --level warning",
  "sheepdog list --level=wa": "sheepdog list --level=warning",
  "sheepdog list --level=wa --js": "sheepdog list --level=wa --json",
  "sheepdog --lock=sk": "sheepdog --lock=skip",
  "sheepdog -v --lock=skip --ti": "sheepdog -v --lock=skip --timeout",
  "sheepdog --config=my-c": "sheepdog --config=my-config",
  "sheepdog dead list -c my-c": "sheepdog dead list -c my-config",
  "sheepdog silence li": "sheepdog silence list",
  "sheepdog silence host=a --key my-c": "sheepdog silence host=a --key my-config",
  "sheepdog -e zzyzx-j": "sheepdog -e zzyzx-job",
  "sheepdog --exec=zzyzx-j": "sheepdog --exec=zzyzx-job",
  "sheepdog -- zzyzx-j": "sheepdog -- zzyzx-job",
  "sheepdog -t ETC --lock -- zzyzx-j": "sheepdog -t ETC --lock -- zzyzx-job",
  "sheepdog -t ETC -- zzyzx-job my-c": "sheepdog -t ETC -- zzyzx-job my-config",
  "sheepdog-handler --on": "sheepdog-handler --once",
  "sheepdog-mailer --on": "sheepdog-mailer --once",
  "sheepdog-flush --un": "sheepdog-flush --until-empty",
  "sheepdog-bark --ver": "sheepdog-bark --version",
  "sheepdog-sweep --ver": "sheepdog-sweep --version",
  "sheepdog-indicator --conf": "sheepdog-indicator --config",
  "sheepdog-handler -c my-c": "sheepdog-handler -c my-config",
};

/** What must be offered, and what must not. */
const OFFERS: readonly (readonly [line: string, there: readonly string[], not: readonly string[]])[] = [
  ["sheepdog ", ["list", "status", "dead"], ["retry"]],
  ["sheepdog -v ", [], ["list", "status", "dead", "demo"]],
  ["sheepdog -v li", [], ["list"]],
  ["sheepdog --lock ", [], ["skip", "wait", "list"]],
  ["sheepdog --lock=", ["skip", "wait"], ["warning"]],
  ["sheepdog -t li", [], ["list"]],
  ["sheepdog dead ", ["list", "show", "retry", "drop"], ["status"]],
  ["sheepdog dead list -", ["--json"], ["--since"]],
  ["sheepdog silence ", ["list", "end"], ["status"]],
  ["sheepdog silence -", ["--for", "--key"], ["--since"]],
  ["sheepdog silence list -", ["--json"], ["--for"]],
  ["sheepdog list -", ["--since"], ["--expect"]],
];

for (const [shell, complete] of Object.entries(SHELLS))
  test(`${shell} completes commands, options and values as the help has them`, async (t: TestContext) => {
    const home = folder(t);
    mkdirSync(join(home, "bin"));
    writeFileSync(join(home, "bin/zzyzx-job"), "#!/bin/sh\n");
    chmodSync(join(home, "bin/zzyzx-job"), 0o755);
    writeFileSync(join(home, "my-config"), "");
    const became = await complete(home, Object.keys(BECOMES));
    assert.deepEqual(
      became.map(({ line }) => line.trimEnd()),
      Object.values(BECOMES),
    );
    const offered = await complete(
      home,
      OFFERS.map(([line]) => line),
    );
    for (const [index, [line, there, not]] of OFFERS.entries()) {
      const { words = [] } = offered[index] ?? {};
      const plain = new Set(words.map((word) => word.replace(/^--lock=/, "")));
      for (const word of there) assert.ok(plain.has(word), `${line}: ${word} is offered; ${words.join(" ")}`);
      for (const word of not) assert.ok(!plain.has(word), `${line}: ${word} is not offered`);
    }
  });
