import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Measure, readPerfdata, readRange } from "../../src/plugin/perfdata.ts";

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
      warn: { from: 10, to: 20, inside: false },
      crit: { from: null, to: 5, inside: true },
      min: 0,
      max: 100,
    },
  ] satisfies Measure[]);
  assert.deepEqual(readRange("10"), { from: 0, to: 10, inside: false });
  assert.deepEqual(readRange("10:"), { from: 10, to: null, inside: false });
  for (const none of ["", "@", "x", "1:2:3", "--1", "1..2:3"]) assert.equal(readRange(none), undefined, none);
});

test("what is no measurement is named, and the others are read", () => {
  const { measures, malformed } = readPerfdata("a=1 nonsense b=x =3 'open=4 c=2");
  assert.deepEqual(
    measures.map(({ label }) => label),
    ["a", "c"],
  );
  assert.deepEqual(malformed, ["nonsense", "b=x", "=3", "'open=4"]);
});

test("whatever is measured is read as it was written", () => {
  const measure = fc.record({
    label: fc.string({ minLength: 1, maxLength: 20 }).filter((label) => label.trim() !== ""),
    value: fc.oneof(fc.constant(null), fc.integer(), fc.float({ noNaN: true, noDefaultInfinity: true })),
    unit: fc.constantFrom("", "s", "ms", "%", "B", "KB", "c"),
  });
  fc.assert(
    fc.property(fc.array(measure), (all) => {
      const text = all
        .map(({ label, value, unit }) => `'${label.replaceAll("'", "''")}'=${value ?? "U"}${unit};1;2`)
        .join(" ");
      assert.deepEqual(
        read(text).map(([label, value, unit]) => ({ label, value: value === null ? null : value + 0, unit })),
        all.map(({ value, ...rest }) => ({ ...rest, value: value === null ? null : value + 0 })),
      );
    }),
  );
});

test("a hostile line costs no more than its length", () => {
  const since = performance.now();
  for (const piece of ["'", "a=", "=1;", "1e", "''", "a=1;@~:"])
    readPerfdata(piece.repeat((256 * 1024) / piece.length));
  assert.ok(performance.now() - since < 5000, `${performance.now() - since} ms`);
});
