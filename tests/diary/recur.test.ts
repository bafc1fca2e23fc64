import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { components } from "../../src/diary/ical/component.ts";
import { recur } from "../../src/diary/ical/recur.ts";
import { readRule } from "../../src/diary/ical/rrule.ts";
import { wall } from "../../src/diary/wall.ts";
import { UTC } from "../../src/diary/zone.ts";
import { Oracle } from "../support/oracle.ts";
import { rules } from "./rules.ts";

const DATEUTIL = ["/usr/bin/python3", "tests/diary/recurs.py"];
const YEAR = 365 * 86_400_000;
const at = (text: string) => wall(Date.parse(`${text}Z`));
const shown = (moment: number): string => new Date(moment).toISOString().slice(0, 19);

function read(rule: string) {
  const [component] = components(`BEGIN:VEVENT\nRRULE:${rule}\nEND:VEVENT`);
  assert.ok(component !== undefined && "properties" in component);
  const [property] = component.properties;
  assert.ok(property !== undefined, component.fault?.text);
  return readRule(property, { zone: UTC, zoneCalled: () => UTC }).rule;
}

const expand = (rule: string, start: string, from: string, to: string): readonly string[] =>
  [...recur(read(rule), at(start), { from: at(from), to: at(to) })].map(shown);

test("generated rules recur when python3-dateutil says so, asked for from the start and from later on", async (t) => {
  const oracle = new Oracle(t, DATEUTIL);
  let found = 0;
  await fc.assert(
    fc.asyncProperty(rules, fc.nat({ max: 3 }), async ({ rule, start }, years) => {
      const span = /SECONDLY|MINUTELY/.test(rule) ? 86_400_000 : 8 * YEAR;
      const from = shown(at(start) + (years / 8) * span);
      const to = shown(at(start) + span);
      const all = await oracle.ask<readonly string[]>({ rule, start, from, to });
      found += all.length;
      assert.deepEqual(expand(rule, start, from, to), all);
    }),
    { numRuns: 300 },
  );
  t.diagnostic(`${found} moments compared`);
});

/** The examples of RFC 5545, 3.8.5.3, but for their UNTIL, which is not a matter of the rule alone. */
const EXAMPLES: readonly (readonly [start: string, ...rules: readonly string[]])[] = [
  [
    "1997-09-02T09:00:00",
    "FREQ=DAILY;COUNT=10",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=DAILY;INTERVAL=10;COUNT=5",
    "FREQ=WEEKLY;COUNT=10",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
    "FREQ=WEEKLY;WKST=SU;BYDAY=TU,TH;COUNT=10",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
    "FREQ=MONTHLY;BYDAY=TU;COUNT=18",
    "FREQ=MONTHLY;BYMONTHDAY=2,15;COUNT=10",
    "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=HOURLY;INTERVAL=3;COUNT=4",
    "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
    "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
    "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
  ],
  ["1997-09-01T09:00:00", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR"],
  ["1998-01-01T09:00:00", "FREQ=YEARLY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "FREQ=DAILY;BYMONTH=1"],
  ["1997-09-05T09:00:00", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR"],
  ["1997-09-07T09:00:00", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU"],
  ["1997-09-22T09:00:00", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO"],
  ["1997-09-28T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=-3"],
  ["1997-09-30T09:00:00", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1"],
  ["1997-09-10T09:00:00", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15"],
  ["1997-06-10T09:00:00", "FREQ=YEARLY;COUNT=10;BYMONTH=6,7"],
  ["1997-03-10T09:00:00", "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3"],
  ["1997-01-01T09:00:00", "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200"],
  ["1997-05-19T09:00:00", "FREQ=YEARLY;BYDAY=20MO"],
  ["1997-05-12T09:00:00", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"],
  ["1997-03-13T09:00:00", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH"],
  ["1997-06-05T09:00:00", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8"],
  ["1997-09-13T09:00:00", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13"],
  ["1996-11-05T09:00:00", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8"],
  ["1997-09-04T09:00:00", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3"],
  ["1997-09-29T09:00:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2"],
  [
    "1997-08-05T09:00:00",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
    "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
  ],
  ["2007-01-15T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5"],
];

test("the examples of RFC 5545 recur when python3-dateutil says so", async (t) => {
  const oracle = new Oracle(t, DATEUTIL);
  for (const [start, ...all] of EXAMPLES)
    for (const rule of all) {
      const to = shown(at(start) + 6 * YEAR);
      const known = await oracle.ask<readonly string[]>({ rule, start, from: start, to });
      assert.ok(known.length > 1, rule);
      assert.deepEqual(expand(rule, start, start, to), known, rule);
    }
});

test("of a rule without COUNT only what is asked for is computed, however old it is", () => {
  const found = expand(
    "FREQ=SECONDLY;INTERVAL=7",
    "1000-01-01T00:00:00",
    "2026-11-25T00:00:00",
    "2026-11-25T00:01:00",
  );
  assert.equal(found.length, 9);
  const began = performance.now();
  for (const rule of [
    "FREQ=DAILY",
    "FREQ=MINUTELY;BYHOUR=3;BYMINUTE=0",
    "FREQ=YEARLY;BYDAY=MO",
    "FREQ=MONTHLY;BYDAY=-1SU",
  ])
    for (let round = 0; round < 100; round++)
      expand(rule, "0001-01-01T03:00:00", "2026-11-01T00:00:00", "2026-12-01T00:00:00");
  assert.ok(performance.now() - began < 2000);
});

test("a rule that can never be met, or whose numbers are absurd, ends quickly", () => {
  for (const rule of [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
    "FREQ=YEARLY;INTERVAL=999999999;BYMONTH=4",
    "FREQ=MONTHLY;INTERVAL=1000000000;BYMONTHDAY=2",
    "FREQ=SECONDLY;INTERVAL=1000000000;BYHOUR=1",
  ]) {
    const began = performance.now();
    assert.deepEqual(
      expand(rule, "1997-03-01T00:00:00", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
      [],
      rule,
    );
    assert.ok(performance.now() - began < 500, rule);
  }
});

test("what would take too long to count says so, and how to mend it", () => {
  const rule = "FREQ=SECONDLY;COUNT=1000000000";
  assert.throws(() => expand(rule, "1997-01-01T00:00:00", "2026-01-01T00:00:00", "2026-01-02T00:00:00"), {
    message: "recurs too often to be counted",
    advice: "let its DTSTART be later, or its RRULE rarer",
  });
});

test("weekdays with and without numbers go together, and a week without a day is the day of the start", () => {
  const from = "2026-01-01T09:00:00";
  assert.deepEqual(
    expand("FREQ=MONTHLY;BYDAY=1MO,FR", from, from, "2026-01-20T00:00:00").map((text) => text.slice(8, 10)),
    ["02", "05", "09", "16"],
  );
  assert.deepEqual(expand("FREQ=YEARLY;BYWEEKNO=20", from, from, "2028-01-01T00:00:00"), [
    "2026-05-14T09:00:00",
    "2027-05-20T09:00:00",
  ]);
});

for (const [rule, fault] of [
  ["FREQ=WEEKLY;BYDAY=1FR", /a BYDAY with numbers goes with/],
  ["FREQ=YEARLY;BYWEEKNO=2;BYDAY=1FR", /a BYDAY with numbers goes with/],
  ["FREQ=MONTHLY;BYWEEKNO=2", /BYWEEKNO goes with FREQ=YEARLY only/],
  ["FREQ=WEEKLY;BYMONTHDAY=2", /BYMONTHDAY does not go with/],
  ["FREQ=DAILY;BYYEARDAY=2", /BYYEARDAY does not go with FREQ=DAILY/],
  ["FREQ=DAILY;BYSETPOS=2", /BYSETPOS needs another part/],
  ["FREQ=DAILY;COUNT=0", /COUNT is no such number/],
  ["FREQ=DAILY;INTERVAL=99999999999", /INTERVAL is no such number/],
  ["COUNT=3", /needs a FREQ/],
] as const)
  test(`the rule ${rule} is refused, with the reason`, () => {
    assert.throws(() => read(rule), fault);
  });

test("a rule may be written in small letters", () => {
  assert.deepEqual(read("freq=weekly;byday=mo,tu;wkst=su"), read("FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU"));
});
