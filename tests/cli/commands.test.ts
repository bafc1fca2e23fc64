import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OPTIONS } from "../../src/cli/options.ts";
import { version } from "../../src/version.ts";
import { Herd } from "../support/herd.ts";

test("--help names every command, every option of the wrapper, and the exit codes", async (t) => {
  const herd = new Herd(t);
  const answer = await herd.ask("--help");
  for (const command of ["list", "status", "show <id>", "dead", "config"])
    assert.ok(answer.stdout.includes(`\n  sheepdog ${command} `), command);
  for (const { name } of OPTIONS) assert.match(answer.stdout, new RegExp(`--${name}\\b`));
  for (const code of [64, 69, 70, 74, 77, 78, 124]) assert.match(answer.stdout, new RegExp(`\\b${code}\\b`));
  assert.deepEqual([answer.stderr, answer.status], ["", 0]);
  assert.equal((await herd.ask("-h")).stdout, answer.stdout);
});

test("--version says which Sheepdog this is", async (t) => {
  const herd = new Herd(t);
  assert.equal((await herd.ask("--version")).stdout, `${version()}\n`);
  assert.equal(version(), JSON.parse(readFileSync("package.json", "utf8")).version);
});

test("a command line that is wrong is refused in one line, and exit code 64", async (t) => {
  const herd = new Herd(t);
  assert.deepEqual(await herd.ask("lst"), {
    status: 64,
    stdout: "",
    stderr: "sheepdog: unknown command lst; did you mean list?\n",
  });
  assert.deepEqual(await herd.ask("list", "--level", "bad"), {
    status: 64,
    stdout: "",
    stderr: 'sheepdog: --level is one of ok, warning, unknown, fail, not "bad"\n',
  });
});

test("of an option that is given twice the last one holds", async (t) => {
  const herd = new Herd(t);
  await herd.hear({ tag: "A", level: "ok" }, { tag: "B", level: "fail" });
  const { stdout } = await herd.ask(
    "list",
    "--tag",
    "A",
    "--tag=B",
    "--level",
    "ok",
    "--level",
    "fail",
    "--limit",
    "9",
    "--limit",
    "1",
    "--since",
    "2d",
    "--since",
    "2026-01-01",
    "--json",
    "--json",
  );
  assert.deepEqual(
    JSON.parse(stdout).map(({ tag }: { tag: string }) => tag),
    ["B"],
  );
});

test("config check and config show are reached", async (t) => {
  const herd = new Herd(t);
  assert.equal((await herd.ask("config", "check")).status, 0);
  assert.equal(typeof JSON.parse((await herd.ask("config", "show", "--json")).stdout).name, "string");
  assert.equal((await herd.ask("config", "check", "-c", "/nowhere/sheepdog.toml")).status, 78);
});

test("what is typed is shown and not obeyed in an error either", async (t) => {
  const herd = new Herd(t);
  const answer = await herd.ask("\u001b]0;owned\u0007");
  assert.equal(answer.stderr, "sheepdog: unknown command \\e]0;owned\\x07; see sheepdog --help\n");
});
