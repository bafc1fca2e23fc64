import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wall } from "../../src/diary/wall.ts";
import { momentOf, type Zone, zoneNamed } from "../../src/diary/zone.ts";
import { Oracle } from "../support/oracle.ts";

const zone = (name: string): Zone => {
  const found = zoneNamed(name);
  assert.ok(found !== undefined, name);
  return found;
};
const at = (shown: string) => wall(Date.parse(`${shown}Z`));
const utc = (shown: string, name: string): string => new Date(momentOf(at(shown), zone(name))).toISOString();

test("what clocks never show is read by the offset before, what they show twice is the first of the two", () => {
  assert.equal(utc("2026-03-29T02:30:00", "Europe/Amsterdam"), "2026-03-29T01:30:00.000Z"); // 03:30 there
  assert.equal(utc("2026-10-25T02:30:00", "Europe/Amsterdam"), "2026-10-25T00:30:00.000Z"); // still summer time
  assert.equal(utc("2026-10-25T03:00:00", "Europe/Amsterdam"), "2026-10-25T02:00:00.000Z");
  assert.equal(utc("2007-03-11T02:30:00", "America/New_York"), "2007-03-11T07:30:00.000Z"); // RFC 5545, 3.3.5
  assert.equal(utc("2026-04-05T01:45:00", "Australia/Lord_Howe"), "2026-04-04T14:45:00.000Z"); // half an hour
  assert.equal(utc("2011-12-30T12:00:00", "Pacific/Apia"), "2011-12-30T22:00:00.000Z"); // a day that never was
});

test("a name that is no time zone is none", () => {
  for (const name of ["", "Europe", "Mars/Olympus", "W. Europe Standard Time", "__proto__", "x".repeat(1e5)])
    assert.equal(zoneNamed(name), undefined, name.slice(0, 30));
});

/** Zones with all kinds of clocks, and hours about their changes. */
const ZONES = [
  "Europe/Amsterdam",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Africa/Casablanca",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Antarctica/Troll",
  "UTC",
];

test("times in many zones are the moments that Python's zoneinfo says they are", async (t) => {
  const oracle = new Oracle(t, ["/usr/bin/python3", "tests/diary/moments.py"]);
  const minutes = fc.integer({ min: Date.UTC(1975, 0, 1) / 60_000, max: Date.UTC(2036, 0, 1) / 60_000 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ZONES), minutes, fc.boolean(), async (name, minute, near) => {
      const shown = new Date((near ? change(zone(name), minute) : minute) * 60_000)
        .toISOString()
        .slice(0, 19);
      const known = await oracle.ask<number>({ zone: name, shown });
      assert.equal(utc(shown, name), new Date(known * 1000).toISOString());
    }),
    { numRuns: 1000 },
  );
});

/** A minute within hours of the next change of the clocks, where there is one within 300 days. */
function change({ offset }: Zone, minute: number): number {
  const of = (at: number): number => offset((at * 60_000) as never);
  for (let hours = 0; hours < 300 * 24; hours += 6)
    if (of(minute + hours * 60) !== of(minute + (hours + 6) * 60))
      return minute + hours * 60 + (minute % 900);
  return minute;
}
