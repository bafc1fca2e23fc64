import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LIMITS, readBark } from "../../src/bark.ts";
import { readNagios } from "../../src/plugin/nagios.ts";

test("the exit codes 0 to 3 are ok, warning, fail and unknown", () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((status) => readNagios(status, "it is so\n").level),
    ["ok", "warning", "fail", "unknown"],
  );
});

test("an exit code that Nagios does not know is unknown, and is said", () => {
  const { level, summary } = readNagios(7, "well\n");
  assert.deepEqual([level, summary], ["unknown", "well (exit 7, which means nothing to Nagios)"]);
});

test("lines after the first are kept, and so is what is measured behind a bar in them", () => {
  const { level, summary, content, facts } = readNagios(
    1,
    "DISK WARNING - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n/ 15272 MB (77%);\n/boot 68 MB (69%); | /boot=68MB;88;93;0;98\n/home=69357MB;253404;253409;0;253414\n",
  );
  assert.equal(level, "warning");
  assert.equal(summary, "DISK WARNING - free space: / 3326 MB (56%);");
  assert.equal(content?.["output"], "/ 15272 MB (77%);\n/boot 68 MB (69%);");
  assert.deepEqual(facts, [
    ["perf", "/", 2640, "MB"],
    ["perf", "/boot", 68, "MB"],
    ["perf", "/home", 69400, "MB"],
  ]);
});

test("measurements on a line of their own, and ends of lines as Windows has them, are read", () => {
  const { summary, content, facts } = readNagios(0, "OK\r\nmore\r\n|\r\na=1s\r\nb=2\r\n");
  assert.deepEqual([summary, content?.["output"]], ["OK", "more"]);
  assert.deepEqual(facts, [
    ["perf", "a", 1, "s"],
    ["perf", "b", 2, ""],
  ]);
});

test("the summary is the first line that says something, or else the level", () => {
  assert.equal(readNagios(2, "\n\n  DISK CRITICAL  \nmore\n").summary, "DISK CRITICAL");
  assert.equal(readNagios(2, "|a=1\n").summary, "fail");
});

test("a value that hardly changed is the same fact, one that is not to be had is none", () => {
  const facts = (value: string) => readNagios(0, `OK | free=${value}`).facts;
  assert.deepEqual(facts("12345678B"), facts("12349999B"));
  assert.notDeepEqual(facts("12345678B"), facts("12399999B"));
  assert.deepEqual(facts("0.00123456s"), [["perf", "free", 0.00123, "s"]]);
  assert.deepEqual(facts("U"), []);
  assert.deepEqual(readNagios(0, "OK | free=U").content?.["perf"], [
    { label: "free", value: null, unit: "" },
  ]);
});

test("what is no measurement is named, at most 20 of it", () => {
  assert.deepEqual(readNagios(0, "OK | a=1 nonsense b=x").content?.["malformed"], ["nonsense", "b=x"]);
  const many = readNagios(0, `OK | ${"nonsense ".repeat(1000)}`).content?.["malformed"] as readonly string[];
  assert.equal(many.length, 20);
  assert.equal("malformed" in (readNagios(0, "OK | a=1").content ?? {}), false);
});

test("of very many measurements the first are kept, and it is said that some are not", () => {
  const { content, facts } = readNagios(0, `OK | ${"a=1 ".repeat(501)}`);
  assert.deepEqual([facts?.length, content?.["cut"]], [500, true]);
  assert.equal(readNagios(0, `OK | ${"a=1 ".repeat(500)}`).content?.["cut"], undefined);
});

const MUCH = 256 * 1024;
for (const [what, text] of [
  ["a long line", "x".repeat(MUCH)],
  ["a line of control characters", "\u0001x".repeat(MUCH)],
  ["long output", `CRITICAL\n${"line\n".repeat(MUCH)}`],
  ["long output of control characters", `CRITICAL\n${"\u0001".repeat(MUCH)}x`],
  ["a label without end", `CRITICAL | '${"l".repeat(MUCH)}'=1`],
  [
    "everything at once",
    `CRITICAL\n${"\u0001".repeat(MUCH)}x | ${"\u0001\u0002bad ".repeat(20)}${`'${"\u0001".repeat(200)}'=1;1;2;3;4 `.repeat(600)}`,
  ],
  [
    "many measurements in a foreign script",
    `CRITICAL | ${Array.from({ length: 2000 }, (_, at) => `'${"ж".repeat(200)}${at}'=1;1;2;3;4`).join(" ")}`,
  ],
] as const)
  test(`a plugin that is critical and says ${what} still fits into a bark`, () => {
    const { level, summary, content, facts } = readNagios(2, text);
    const bark = {
      host: "h".repeat(LIMITS.host),
      tag: "t".repeat(LIMITS.tag),
      level,
      summary,
      content,
      facts,
    };
    const parsed = readBark(bark, { id: "id", time: new Date(0).toISOString() });
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.fault);
    assert.equal(parsed.value.level, "fail");
    const size = Buffer.byteLength(JSON.stringify(parsed.value));
    assert.ok(size < LIMITS.bark - 8192, `${size} bytes`);
  });

test("whatever is printed is a reading, and only the exit code decides on its level", () => {
  const signs = fc.constantFrom("\n", "|", "'", "=", ";", " ", "1", "U", "a", "\r", "\u0000", "ß");
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2, 3), fc.string({ unit: signs }), (status, text) => {
      const { level, summary, content, facts } = readNagios(status, text);
      assert.equal(level, ["ok", "warning", "fail", "unknown"][status]);
      assert.notEqual(summary, "");
      const bark = { host: "here", tag: "disk", level, summary, content, facts };
      assert.ok(readBark(bark, { id: "id", time: new Date(0).toISOString() }).ok);
    }),
  );
});
