import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { occurrences } from "../../src/diary/occurrences.ts";
import { named, wall, dayOf } from "../../src/diary/wall.ts";
import { epoch } from "../../src/time.ts";
import { Oracle } from "../support/oracle.ts";
import { calendar, diaryOf, event } from "./calendar.ts";
import { UTC } from "../../src/diary/zone.ts";

const DAY = 86_400_000;
const two = (value: number): string => String(value).padStart(2, "0");

/** "20261125T101500", "20261125" */
function written(ms: number, days: boolean): string {
  const { year, month, date } = named(dayOf(wall(ms)));
  const of = `${year}${two(month)}${two(date)}`;
  return days ? of : `${of}T${new Date(ms).toISOString().slice(11, 19).replaceAll(":", "")}`;
}

const places = fc.constantFrom(
  ";TZID=Europe/Amsterdam",
  ";TZID=America/New_York",
  ";TZID=Asia/Kathmandu",
  "Z",
  ";VALUE=DATE",
);
const steps = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 6 });

/** Calendars with one event that recurs, is left out, is added to and changed. Its hours are those in which no clocks
 * are put: what they show twice the library reads as the second of the two. And nothing else comes on a day that is
 * changed: the library finds what is changed by its day. */
const calendars = fc
  .record({
    place: places,
    day: fc.integer({ min: Date.UTC(2020, 0, 1) / DAY, max: Date.UTC(2028, 0, 1) / DAY }),
    minute: fc.integer({ min: 6 * 60, max: 20 * 60 }),
    long: fc.integer({ min: 1, max: 72 }),
    rule: fc.constantFrom(
      "FREQ=DAILY",
      "FREQ=DAILY;INTERVAL=3",
      "FREQ=WEEKLY;BYDAY=MO,WE,FR",
      "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU,TU",
      "FREQ=MONTHLY;BYDAY=-1FR",
      "FREQ=MONTHLY;BYMONTHDAY=-1,15",
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
      "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU",
    ),
    end: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant("UNTIL")),
    // At least a day: one that is over before the start is anybody's guess.
    until: fc.integer({ min: 1, max: 200 }),
    without: steps,
    besides: steps,
    instead: fc.option(fc.integer({ min: 0, max: 10 })),
  })
  .map(({ place, day, minute, long, rule, end, until, without, besides, instead }) => {
    const days = place === ";VALUE=DATE";
    const [parameter, z] = place === "Z" ? ["", "Z"] : [place, ""];
    const start = day * DAY + (days ? 0 : minute * 60_000);
    const value = (ms: number): string => `${written(ms, days)}${z}`;
    const line = (name: string, ms: number): string => `${name}${parameter}:${value(ms)}`;
    const length = days ? long * DAY : long * 3_600_000;
    const last = days ? value(start + until * DAY) : `${written(start + until * DAY, false)}Z`;
    return {
      start,
      text: calendar(
        ...event(
          line("DTSTART", start),
          line("DTEND", start + length),
          `RRULE:${rule};${end === "UNTIL" ? `UNTIL=${last}` : `COUNT=${end}`}`,
          ...without.map((step) => line("EXDATE", start + step * DAY)),
          ...besides
            .filter((step) => step !== instead)
            .map((step) => line("RDATE", start + step * DAY + (days ? 0 : 60_000))),
          "SUMMARY:often",
        ),
        ...(instead === null
          ? []
          : event(
              line("RECURRENCE-ID", start + instead * DAY),
              line("DTSTART", start + instead * DAY + 2 * DAY),
              line("DTEND", start + instead * DAY + 3 * DAY),
              "SUMMARY:instead",
            )),
      ),
    };
  });

test("events that recur, with EXDATE, RDATE, UNTIL and RECURRENCE-ID, come when python3-recurring-ical-events says so", async (t) => {
  const oracle = new Oracle(t, ["/usr/bin/python3", "tests/diary/events.py"]);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(calendars, fc.integer({ min: -10, max: 300 }), async ({ text, start }, skip) => {
      const from = start + skip * DAY;
      const to = from + 250 * DAY;
      const diary = diaryOf(text, UTC);
      assert.deepEqual(diary.problems, []);
      const known = await oracle.ask<readonly unknown[]>({
        calendar: text,
        from: from / 1000,
        to: to / 1000,
      });
      const { found } = occurrences(diary, epoch(from), epoch(to));
      compared += known.length;
      const ours = found.map(({ title, start, end, allDay }) => [
        title,
        ...[start, end].map((at) => (allDay ? new Date(at).toISOString().slice(0, 10) : at / 1000)),
      ]);
      const sorted = (all: readonly unknown[]): readonly string[] => all.map(String).sort();
      assert.deepEqual(sorted(ours), sorted(known));
    }),
    { numRuns: 400 },
  );
  t.diagnostic(`${compared} occurrences compared`);
});
