import assert from "node:assert/strict";
import { test } from "node:test";
import stringWidth from "string-width";
import { clip, table } from "../../src/cli/table.ts";
import type { Screen } from "../../src/cli/terminal.ts";

const COLUMNS = [{ title: "LEVEL" }, { title: "HOST", least: 6 }, { title: "SUMMARY", least: 10 }];
const on = (columns: number, colour = false): Screen => ({ terminal: true, columns, colour });
const row = (...texts: readonly string[]) => texts.map((text) => ({ text }));
const widths = (text: string): readonly number[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => stringWidth(line));

test("a table is as narrow as what is in it", () => {
  const text = table(COLUMNS, [row("fail", "nas", "2 errors"), row("ok", "penguin2", "fine")], on(80));
  assert.equal(
    text,
    ["LEVEL  HOST      SUMMARY", "fail   nas       2 errors", "ok     penguin2  fine", ""].join("\n"),
  );
});

test("what does not fit is cut, the longest first, and the short keep their width", () => {
  const text = table(COLUMNS, [row("fail", "nas", "the quick brown fox jumps over the lazy dog")], on(30));
  assert.equal(text, ["LEVEL  HOST  SUMMARY", "fail   nas   the quick brown …", ""].join("\n"));
});

test("two long columns share the room", () => {
  const text = table(COLUMNS, [row("fail", "h".repeat(50), "s".repeat(50))], on(41));
  assert.equal(text.split("\n")[1], `fail   ${"h".repeat(15)}…  ${"s".repeat(15)}…`);
  assert.deepEqual(widths(text), [32, 41]);
});

test("wide characters, emoji and combining marks stand in line", () => {
  const rows = [
    row("fail", "羊の群れ", "x"),
    row("ok", "👨‍👩‍👧‍👦🐑", "x"),
    row("ok", "cafe\u0301", "x"),
    row("ok", "nas", "x"),
  ];
  const text = table(COLUMNS, rows, on(80));
  const before = text
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => stringWidth(line.slice(0, line.lastIndexOf("x"))));
  assert.deepEqual(new Set(before), new Set([17]));
});

test("no line is wider than the terminal, however narrow it is", () => {
  const rows = [
    row("warning", "penguin2.example.org", "羊".repeat(500)),
    row("fail", "👨‍👩‍👧‍👦".repeat(40), "e\u0301".repeat(300)),
  ];
  for (let columns = 1; columns <= 120; columns++)
    for (const width of widths(table(COLUMNS, rows, on(columns))))
      assert.ok(width <= columns, `${width} columns on a terminal of ${columns}`);
});

test("a sign is never cut in half", () => {
  assert.equal(clip("羊羊羊", 5), "羊羊…");
  assert.equal(clip("羊羊羊", 4), "羊…");
  assert.equal(clip("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 3), "👨‍👩‍👧‍👦…");
  assert.equal(clip("cafe\u0301s", 5), "cafe\u0301s");
  assert.equal(clip("cafe\u0301 noir", 5), "cafe\u0301…");
  assert.equal(clip("abc", 0), "");
});

test("a pile of a million combining marks is cut without delay", () => {
  const text = clip(`a${"\u0301".repeat(1_000_000)}`, 20);
  assert.ok(text.length <= 20 * 40 + 1);
});

test("colours change nothing but the colour", () => {
  const rows = [[{ text: "fail", colour: "fail" as const }, { text: "nas" }, { text: "x".repeat(60) }]];
  const [plain, painted] = [table(COLUMNS, rows, on(40)), table(COLUMNS, rows, on(40, true))];
  assert.ok(painted.includes("\u001b[31mfail\u001b[39m"));
  assert.equal(painted.replace(/\u001b\[\d+m/g, ""), plain);
});
