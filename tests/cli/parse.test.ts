import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../src/cli/parse.ts";
import { following } from "../../src/cli/program.ts";

test("every command has help of its own, with examples", async () => {
  const commands = [
    "list",
    "status",
    "show",
    "dead",
    "dead list",
    "dead show",
    "dead retry",
    "dead drop",
    "config",
    "config check",
    "config show",
  ];
  for (const command of commands) {
    const parsed = await parse([...command.split(" "), "--help"], 80);
    assert.ok(parsed.kind === "told" && parsed.text.startsWith(`sheepdog ${command} `), command);
    assert.match(parsed.text, /\nExamples:\n {2}sheepdog /);
  }
});

test("the help keeps to its width", async () => {
  for (const words of [[], ["list"], ["dead", "drop"]]) {
    const parsed = await parse([...words, "--help"], 80);
    assert.ok(parsed.kind === "told");
    for (const line of parsed.text.split("\n")) assert.ok(line.length <= 80 || line.includes("|"), line);
  }
});

test("no command line among the examples is broken, so that each can be copied", async () => {
  const words = following(undefined).flatMap((one) => [[one], ...following(one).map((two) => [one, two])]);
  let seen = 0;
  for (const line of [[], ...words]) {
    const [wide, narrow] = await Promise.all([500, 80].map((width) => parse([...line, "--help"], width)));
    assert.ok(wide?.kind === "told" && narrow?.kind === "told");
    const examples = /^Examples:\n((?: {2}.*\n)+)/m.exec(wide.text)?.[1]?.trimEnd().split("\n") ?? [];
    seen += examples.length;
    for (const example of examples) {
      const copied = /^ {2}(.*?) {2}/.exec(example)?.[1] ?? "";
      assert.ok(narrow.text.includes(`\n  ${copied}  `), `${copied} is broken`);
    }
  }
  assert.ok(seen > 20, `${seen} examples`);
});

const REFUSED: readonly (readonly [line: string, says: string])[] = [
  ["lst", "unknown command lst; did you mean list?"],
  ["dead rtry", "unknown command dead rtry; did you mean dead retry?"],
  ["config chk", "unknown command config chk; did you mean config check?"],
  ["xyzzy", "unknown command xyzzy; see sheepdog --help"],
  ["list --hst nas", "unknown option --hst; did you mean --host?"],
  ["list --hst=nas", "unknown option --hst; did you mean --host?"],
  ["list --constructor", "unknown option --constructor; see sheepdog list --help"],
  ["list -z", "unknown option -z; see sheepdog list --help"],
  ["list extra", 'unexpected "extra"; see sheepdog list --help'],
  ["list --host", "--host needs a value; see sheepdog list --help"],
  ["list --level bad", '--level is one of ok, warning, unknown, fail, not "bad"'],
  ["list --limit 0", '--limit: "0" is no number of barks; give one from 1 to 9999999'],
  [
    "list --since yesterday",
    '--since: "yesterday" is no time; give a span such as 2d or "1h 30min", or a date such as 2026-11-22 or 2026-11-22T18:49:50Z',
  ],
  ["show", "an id is needed; see sheepdog show --help"],
  ["dead", "dead what? give list, show, retry or drop"],
  ["dead retry", "nothing is chosen; give ids from `sheepdog dead list`, or --all"],
  ["dead drop x --all", "give either ids or --all, not both"],
  ["config", "config what? give check or show"],
  ["", "nothing to do; give -e COMMAND to wrap a job, or a command; see sheepdog --help"],
];

test("a command line that is wrong is refused with the cure", async () => {
  for (const [line, says] of REFUSED)
    assert.deepEqual(
      await parse(
        line.split(" ").filter((word) => word !== ""),
        80,
      ),
      { kind: "wrong", fault: says },
      line,
    );
});

test("an empty id is refused: it would be the beginning of all of them", async () => {
  for (const words of [
    ["show", ""],
    ["dead", "show", ""],
    ["dead", "retry", "x", ""],
    ["dead", "drop", "", "--yes"],
  ]) {
    const parsed = await parse(words, 80);
    assert.ok(parsed.kind === "wrong" && parsed.fault.startsWith('"" is no id; see '), words.join(" "));
  }
});
