import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Measure,
  type Range,
  readPerfdata,
  readRange,
  type Threshold,
} from "../../src/plugin/perfdata.ts";

const read = (text: string): readonly (readonly [string, number | null, string])[] =>
  readPerfdata(text).measures.map(({ label, value, unit }) => [label, value, unit]);

test("labels, values and units are read as the guidelines have them", () => {
  assert.deepEqual(read("/=2643MB;5948;5958;0;5968 '/my disk'=12%"), [
    ["/", 2643, "MB"],
    ["/my disk", 12, "%"],
  ]);
  assert.deepEqual(read("'it''s'=1c time=0.001s;;;0.000000;10.0 up=U"), [
    ["it's", 1, "c"],
    ["time", 0.001, "s"],
    ["up", null, ""],
  ]);
  assert.deepEqual(read("a=-1.5e3 b=.5ms c=7µs\nd=1"), [
    ["a", -1500, ""],
    ["b", 0.5, "ms"],
    ["c", 7, "µs"],
    ["d", 1, ""],
  ]);
});

test("limits are ranges, also open ones and those that are bad inside", () => {
  assert.deepEqual(readPerfdata("load=1;10:20;@~:5;0;100").measures, [
    {
      label: "load",
      value: 1,
      unit: "",
      warn: { text: "10:20", range: { from: 10, to: 20, inside: false } },
      crit: { text: "@~:5", range: { from: null, to: 5, inside: true } },
      min: 0,
      max: 100,
    },
  ] satisfies Measure[]);
  assert.deepEqual(readRange("10"), { from: 0, to: 10, inside: false });
  assert.deepEqual(readRange("10:"), { from: 10, to: null, inside: false });
  assert.deepEqual(readRange("-1e3:2,5e3"), { from: -1000, to: 2500, inside: false });
  for (const none of ["", "@", "x", "1:2:3", "--1", "1..2:3", "5:1", "10%", "~"])
    assert.equal(readRange(none), undefined, none);
});

test("what is no measurement is named, and the others are read", () => {
  const { measures, malformed } = readPerfdata("a=1 nonsense b=x =3 'open=4 c=2");
  assert.deepEqual(
    measures.map(({ label }) => label),
    ["a", "c"],
  );
  assert.deepEqual(malformed, ["nonsense", "b=x", "=3", "'open=4"]);
});

test("a limit that is no range is kept as it was written, and the value is read", () => {
  assert.deepEqual(readPerfdata("a=1;10%;5:1;x;Infinity b=2;3=4").measures, [
    { label: "a", value: 1, unit: "", warn: { text: "10%" }, crit: { text: "5:1" } },
    { label: "b", value: 2, unit: "", warn: { text: "3=4" } },
  ] satisfies Measure[]);
});

test("a label may hold what separates other labels, in quotes also blanks", () => {
  assert.deepEqual(read("'C: used = 5;6 |x'=1% a=b=2 a;b=3"), [
    ["C: used = 5;6 |x", 1, "%"],
    ["a=b", 2, ""],
    ["a;b", 3, ""],
  ]);
});

test("a value beyond all numbers and a label beyond all bounds are no measurement", () => {
  const { measures, malformed } = readPerfdata(`a=1e999 b=-1e999 ${"l".repeat(300)}=1 ''=1 c=NaN d=0x1f e=3`);
  assert.deepEqual(
    measures.map(({ label }) => label),
    ["e"],
  );
  assert.deepEqual(malformed, ["a=1e999", "b=-1e999", "l".repeat(80), "''=1", "c=NaN", "d=0x1f"]);
});

test("of very many measurements not all are read, and that is known", () => {
  const { measures, cut } = readPerfdata("a=1 ".repeat(3000));
  assert.deepEqual([measures.length, cut], [2000, true]);
  assert.equal(readPerfdata("a=1 ".repeat(2000)).cut, false);
});

const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0);
const range = fc
  .record({
    ends: fc.tuple(number, number),
    open: fc.constantFrom("from", "to", "none"),
    inside: fc.boolean(),
  })
  .map(({ ends, open, inside }): Range => {
    const [from, to] = ends.sort((one, other) => one - other);
    return { from: open === "from" ? null : from, to: open === "to" ? null : to, inside };
  });
const written = ({ from, to, inside }: Range): string => `${inside ? "@" : ""}${from ?? "~"}:${to ?? ""}`;
const threshold = range.map((range): Threshold => ({ text: written(range), range }));
const measure: fc.Arbitrary<Measure> = fc.record(
  {
    label: fc.oneof(
      fc.string({ minLength: 1, maxLength: 20 }),
      fc.string({ minLength: 1, maxLength: 9, unit: fc.constantFrom("'", "=", " ", ";", "|", "a", "ß") }),
    ),
    value: fc.oneof(fc.constant(null), number),
    unit: fc.constantFrom("", "s", "ms", "us", "%", "B", "KB", "MB", "TB", "c", "°C", "req/s", "e"),
    warn: threshold,
    crit: threshold,
    min: number,
    max: number,
  },
  { requiredKeys: ["label", "value", "unit"] },
);
const print = ({ label, value, unit, warn, crit, min, max }: Measure): string =>
  `'${label.replaceAll("'", "''")}'=${value ?? "U"}${unit};${warn?.text ?? ""};${crit?.text ?? ""};${min ?? ""};${max ?? ""}`;

test("whatever is measured is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(measure), fc.constantFrom(" ", "  ", "\n", "\r\n", "\t"), (all, between) => {
      assert.deepEqual(readPerfdata(all.map(print).join(between)), {
        measures: all.map((one) => ({ ...one })), // without the prototype that fast-check gives
        malformed: [],
        cut: false,
      });
    }),
  );
});

test("whatever else is printed never stops the reading, and what is good between is read", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."'= ;:@~U1.e,|a%\n".split("")) }), (text) => {
      const { measures } = readPerfdata(`good=1s ${text}`);
      assert.deepEqual(measures[0], { label: "good", value: 1, unit: "s" });
    }),
  );
});

for (const piece of [
  "'",
  "'a ",
  "''' ",
  "'a'' ",
  "a=",
  "=1;",
  "1e",
  "''",
  "a=1;@~:",
  "a ",
  `${"x".repeat(130)} `,
  "1",
  " ",
])
  test(`a hostile line of 256 KiB costs no more than its length: ${JSON.stringify(piece.slice(0, 10))}`, () => {
    const since = performance.now();
    for (const before of ["", "a=", "'", "a=1;"]) {
      const line = before + piece.repeat((256 * 1024) / piece.length);
      const { measures, malformed } = readPerfdata(line);
      assert.ok(measures.length + malformed.length <= 2000);
    }
    assert.ok(performance.now() - since < 3000, `${performance.now() - since} ms`);
  });
