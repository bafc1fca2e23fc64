import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { file } from "../../src/policy/filed.ts";
import { epoch, iso } from "../../src/time.ts";

const NOON = Date.parse("2026-06-01T12:00:00.000Z");
const MINUTE = 60_000;
const received = epoch(NOON);
const at = (minutes: number): string => iso(epoch(NOON + minutes * MINUTE));
const bark = (time: string, more: Partial<Bark> = {}): Bark => ({
  id: "1",
  time,
  host: "nas",
  tag: "SCRUB",
  monitor: "error",
  level: "fail",
  summary: "2 errors",
  ...more,
});

test("a bark of a machine whose clock is right, or not known, is filed under the time it says", () => {
  for (const sent of [{}, { sent: received }, { sent: epoch(NOON + 4000) }, { sent: epoch(NOON - 4000) }]) {
    const made = bark(at(-3), { due: at(57) });
    assert.deepEqual(file(made, { time: received, ...sent }), { bark: made, at: NOON - 3 * MINUTE });
  }
});

test("the times of a clock that is ahead or behind are set right, its deadline too, and a person hears of it", () => {
  for (const [skew, how] of [
    [7, "7min ahead"],
    [-7, "7min behind"],
    [-14 * 24 * 60, "14d behind"],
  ] as const) {
    const made = bark(at(skew - 3), { due: at(skew + 57) });
    const filed = file(made, { time: received, sent: epoch(NOON + skew * MINUTE) });
    assert.equal(filed.at, NOON - 3 * MINUTE);
    assert.deepEqual([filed.bark.time, filed.bark.due], [at(-3), at(57)]);
    assert.match(filed.remark ?? "", new RegExp(`^The clock of nas is ${how}: `));
  }
});

test("half a minute is set right without a word", () => {
  const filed = file(bark(at(0.5)), { time: received, sent: epoch(NOON + MINUTE / 2) });
  assert.deepEqual([filed.at, filed.remark], [NOON, undefined]);
});

test("a clock that stands at 1970 when a machine starts makes no old bark", () => {
  const filed = file(bark("1970-01-01T00:00:10Z"), { time: received, sent: epoch(12_000) });
  assert.equal(filed.at, NOON - 2000);
});

test("what is from the future even so is filed under its arrival, and due as long after it", () => {
  for (const sent of [{}, { sent: received }]) {
    const filed = file(bark(at(120), { due: at(180) }), { time: received, ...sent });
    assert.deepEqual([filed.at, filed.bark.time, filed.bark.due], [NOON, at(0), at(60)]);
    assert.match(filed.remark ?? "", /is filed under its arrival/);
  }
});

test("a deadline or a clock at the end of the calendar breaks nothing", () => {
  for (const time of ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00Z"])
    for (const sent of [0, 253_402_300_799_999, 999_999_999_999_999]) {
      const filed = file(bark(time, { due: time }), { time: received, sent: epoch(sent) });
      assert.ok(filed.at <= NOON + 5 * MINUTE && !Number.isNaN(filed.at));
      assert.ok(!Number.isNaN(Date.parse(filed.bark.due ?? "")));
    }
});
