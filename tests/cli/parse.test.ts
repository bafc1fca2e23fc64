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
    "silence",
    "silence list",
    "silence end",
    "ack",
    "ack end",
    "diary",
    "config",
    "config check",
    "config show",
    "receivers",
    "receivers list",
    "receivers test",
  ];
  for (const command of commands) {
    const parsed = await parse([...command.split(" "), "--help"], 80);
    assert.ok(parsed.kind === "told" && parsed.text.startsWith(`sheepdog ${command} `), command);
    assert.match(parsed.text, /\nExamples:\n {2}sheepdog /);
  }
});

test("the help keeps to its width", async () => {
  for (const words of [[], ["list"], ["silence"], ["ack"], ["dead", "drop"]]) {
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
  ["silence --for 2h --why x", "which hosts? give host=NAME, or 'host=web*', or 'host=*' for all of them"],
  [
    "silence tag=DISK --for 2h --why x",
    "which hosts? give host=NAME, or 'host=web*', or 'host=*' for all of them",
  ],
  [
    "silence web1 --for 2h --why x",
    '"web1" is neither list nor end, and does not say what it is; write host=web1 or tag=web1',
  ],
  ["silence host= --for 2h --why x", "host= needs a name or a pattern; host=* is all of them"],
  ["silence host=a host=b --for 2h --why x", "host is given twice; make two silences, or one with * in it"],
  [
    "silence host=a tag=B --tag C --for 2h --why x",
    "tag is given twice; make two silences, or one with * in it",
  ],
  ["silence host=a --why x", "for how long? give --for 2h, or another time; it ends by itself"],
  [
    "silence host=a --for 2 --why x",
    '--for needs a time such as 30min, 2h or 3d, from 1min to 366d, not "2"',
  ],
  [
    "silence host=a --for 2y --why x",
    '--for needs a time such as 30min, 2h or 3d, from 1min to 366d, not "2y"',
  ],
  ["silence host=a --for 2h", 'why? give --why "…", for those who wonder at the silence'],
  ["silence host=a --fr 2h --why x", "unknown option --fr; did you mean --for?"],
  ["silence list x", 'unexpected "x"; see sheepdog silence list --help'],
  ["silence end", "an id is needed; see sheepdog silence end --help"],
  ["ack --why x", "what? give HOST TAG, or the id of a bark; see `sheepdog status`"],
  ["ack a B C --why x", "what? give HOST TAG, or the id of a bark; see `sheepdog status`"],
  ["ack nas SCRUB", 'why? give --why "…", for those who wonder who is at it'],
  ["ack end nas", "HOST and TAG are needed; see sheepdog ack end --help"],
  ["plugin show", "a name is needed; see sheepdog plugin show --help"],
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
