import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Bark, LIMITS, named, parseBark } from "../src/bark.ts";

const ARRIVAL = { id: "1700000000000-0", time: "2026-11-22T18:49:50.123Z" };
const parse = (bark: unknown): ReturnType<typeof parseBark> => parseBark(JSON.stringify(bark), ARRIVAL);
const fault = (bark: unknown): string => {
  const parsed = parse(bark);
  assert.ok(!parsed.ok);
  return parsed.fault;
};
const SMALLEST = { host: "nas", tag: "SCRUB", level: "fail" };

test("host, tag and level are enough; the rest is filled in from the arrival", () => {
  assert.deepEqual(parse(SMALLEST), {
    ok: true,
    value: { ...SMALLEST, id: ARRIVAL.id, time: ARRIVAL.time, monitor: "error", summary: "fail" },
  });
});

test("what is missing or wrong is named, with its remedy", () => {
  assert.match(fault({ tag: "T", level: "ok" }), /`host` is missing; give it, for example "nas"/);
  assert.match(fault({ ...SMALLEST, host: "" }), /`host` must not be empty/);
  assert.match(fault({ ...SMALLEST, level: "bad" }), /`level` must be one of ok, warning, unknown, fail/);
  assert.match(fault({ ...SMALLEST, time: "yesterday" }), /`time` must be a time as RFC 3339/);
  assert.match(fault({ ...SMALLEST, tag: "x".repeat(300) }), /`tag` is longer than 256/);
  assert.match(fault({ ...SMALLEST, elapsed: -1 }), /`elapsed` must be a number of seconds/);
  assert.match(fault({ ...SMALLEST, facts: [["ram", {}]] }), /`facts` must be a list/);
  assert.match(fault([SMALLEST]), /not a JSON object/);
  assert.match(fault("text"), /not a JSON object/);
});

test("what is no JSON, too large or too deep is refused", () => {
  const refused = (text: string): string => {
    const parsed = parseBark(text, ARRIVAL);
    assert.ok(!parsed.ok);
    return parsed.fault;
  };
  assert.match(refused("{"), /not JSON/);
  assert.match(
    refused(JSON.stringify({ ...SMALLEST, content: { x: "y".repeat(LIMITS.bark) } })),
    /at most 262144 bytes/,
  );
  assert.match(
    refused(
      `{"host":"h","tag":"t","level":"ok","content":{"x":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`,
    ),
    /deeper than 32/,
  );
});

test("brackets inside strings are no depth", () => {
  assert.ok(parse({ ...SMALLEST, summary: "[".repeat(500), content: { a: '"\\[[[[' } }).ok);
});

test("a hostile tag is a tag: it is stored as it is", () => {
  for (const tag of ["a\nb", "../../etc/passwd", "🐕", "'; DROP TABLE bark; --", "<script>", "\u001b[2J"]) {
    const parsed = parse({ ...SMALLEST, tag });
    assert.ok(parsed.ok && parsed.value.tag === tag);
  }
});

test("null is as good as absent, and unknown keys are dropped", () => {
  const parsed = parse({ ...SMALLEST, user: null, unknown: 1 });
  assert.ok(parsed.ok && !("user" in parsed.value) && !("unknown" in parsed.value));
});

test("a bark that was read is read the same again", () => {
  const barks = fc.record<Bark>(
    {
      id: fc.uuid(),
      time: fc
        .date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
        .map((date) => date.toISOString()),
      host: fc.string({ minLength: 1, maxLength: 100 }),
      user: fc.string({ maxLength: 100 }),
      tag: fc.string({ minLength: 1, maxLength: 100 }),
      monitor: fc.constant("error"),
      level: fc.constantFrom("ok", "warning", "unknown", "fail"),
      summary: fc.string({ maxLength: 500 }),
      elapsed: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: ["id", "time", "host", "tag", "monitor", "level", "summary"] },
  );
  fc.assert(
    fc.property(barks, (bark) => {
      const parsed = parse(bark);
      assert.ok(parsed.ok);
      assert.deepEqual(JSON.parse(JSON.stringify(parsed.value)), JSON.parse(JSON.stringify(bark)));
    }),
  );
});

test("whatever text arrives, parsing gives a bark or a fault and never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseBark(text, ARRIVAL)));
});

test("a bark that is forwarded keeps the name and the time of its arrival, and every byte of its own", () => {
  const own = '{ "tag":"T",\t"host" : "ä", "n":1.0, "id":null }\n';
  const forwarded = named(own, ARRIVAL);
  assert.deepEqual(JSON.parse(forwarded), { tag: "T", host: "ä", n: 1, ...ARRIVAL });
  assert.ok(forwarded.startsWith('{ "tag":"T",\t"host" : "ä", "n":1.0, "id":null '));
  assert.equal(named(forwarded, { id: "another", time: "another" }), forwarded);
  assert.deepEqual(JSON.parse(named('{"id":"mine"}', ARRIVAL)), { id: "mine", time: ARRIVAL.time });
  assert.deepEqual(JSON.parse(named(" {} ", ARRIVAL)), ARRIVAL);
  const long = JSON.stringify({ host: "x".repeat(LIMITS.bark - 20) });
  for (const foreign of ["", "no JSON }", "[{}]", '"}"', "null", "7", long])
    assert.equal(named(foreign, ARRIVAL), foreign);
});
