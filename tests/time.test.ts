import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatSpan, parseSpan, seconds } from "../src/time.ts";

test("a span is read as systemd writes it", () => {
  const cases: readonly (readonly [string, number])[] = [
    ["90", 90],
    ["2h", 7200],
    ["1h 30min", 5400],
    ["1.5d", 129_600],
    ["2d", 172_800],
    ["250ms", 0.25],
    [" 1w ", 604_800],
  ];
  for (const [text, span] of cases) assert.equal(parseSpan(text), span, text);
});

test("what is no span is not taken for one", () => {
  for (const text of ["", "soon", "2 fortnights", "-1h", "1h,30min", "h", "1e3"])
    assert.equal(parseSpan(text), undefined, text);
});

test("a hostile span is refused soon", () => {
  const start = performance.now();
  assert.equal(parseSpan(`${"1".repeat(50_000)}!`), undefined);
  assert.equal(parseSpan(`${"1 ".repeat(50_000)}!`), undefined);
  // Milliseconds: a tenth of one on an idle machine, and years when every way to cut a number in two is tried.
  assert.ok(performance.now() - start < 5000);
});

test("a span is shown in its two greatest parts", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0ms"],
    [0.04, "40ms"],
    [1.44, "1.4s"],
    [12, "12s"],
    [59.6, "1min"],
    [185, "3min 5s"],
    [7800, "2h 10min"],
    [356_400, "4d 3h"],
    [86_400, "1d"],
  ];
  for (const [span, text] of cases) assert.equal(formatSpan(seconds(span)), text);
});

test("what is shown is a span again, and no more than a twentieth away", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e8, noNaN: true }), (span) => {
      const back = parseSpan(formatSpan(seconds(span)));
      assert.ok(
        back !== undefined && Math.abs(back - span) <= Math.max(0.001, span * 0.05),
        `${span} ${back}`,
      );
    }),
  );
});
