import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "../support/folder.ts";
import { DIST } from "../support/sheepdog.ts";

const file = (name: string): string => join(DIST, "completions", name);

/** What a shell offers for a line that has been typed so far: the words. */
const SHELLS: Readonly<Record<string, (line: readonly string[]) => readonly [string, string]>> = {
  bash: (line) => [
    "bash",
    `source ${file("sheepdog.bash")}; COMP_WORDS=(${line.map(quote).join(" ")}); COMP_CWORD=${line.length - 1}; _sheepdog; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  zsh: (line) => [
    "zsh",
    `autoload -U compinit; compinit -D -u; source ${file("_sheepdog")}; compadd() { shift; print -l -- \${(M)@:#${line.at(-1) ?? ""}*} }; words=(${line.map(quote).join(" ")}); CURRENT=${line.length}; _sheepdog`,
  ],
  fish: (line) => [
    "fish",
    `source ${file("sheepdog.fish")}; complete -C ${quote(line.join(" "))} | string replace -r '\\t.*' ''; true`,
  ],
};

const quote = (word: string): string => `'${word}'`;

for (const [shell, script] of Object.entries(SHELLS))
  test(`${shell} completes commands, options and choices as the help has them`, (t) => {
    const home = folder(t);
    const offered = (...line: readonly string[]): readonly string[] => {
      const [program, source] = script(["sheepdog", ...line]);
      const said = execFileSync(program, ["-c", source], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], HOME: home, TERM: "dumb" },
        stdio: ["ignore", "pipe", "pipe"],
      });
      return said.split("\n").filter((word) => word !== "");
    };
    assert.deepEqual(offered("li"), ["list"]);
    assert.deepEqual(offered("dead", "ret"), ["retry"]);
    assert.deepEqual(offered("--exp"), ["--expect"]);
    assert.deepEqual(offered("list", "--js"), ["--json"]);
    assert.deepEqual(offered("list", "--level", "wa"), ["warning"]);
    assert.ok(!offered("dead", "list", "--").includes("--since"));
  });
