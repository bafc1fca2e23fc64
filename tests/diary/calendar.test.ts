import assert from "node:assert/strict";
import { test } from "node:test";
import { alarms, maintenances, occurrences } from "../../src/diary/occurrences.ts";
import { UTC } from "../../src/diary/zone.ts";
import { calendar, diaryOf, event, moment, stamp, year } from "./calendar.ts";

const START = "DTSTART;TZID=Europe/Amsterdam:20260105T100000";
/** The alarms of one year, with what they are of. */
const told = (text: string, of = 2026): readonly string[] => {
  const { found, problems } = alarms(
    diaryOf(text),
    moment(`${of}-01-01T00:00:00Z`),
    moment(`${of + 1}-01-01T00:00:00Z`),
  );
  assert.deepEqual(problems, []);
  return found.map(({ at, of: { title } }) => `${stamp(at)} ${title}`);
};
const alarm = (...lines: readonly string[]): readonly string[] => [
  "BEGIN:VALARM",
  "ACTION:DISPLAY",
  ...lines,
  "END:VALARM",
];

test("times are those of their zone, of UTC, or, where they name none, of the diary; no VTIMEZONE is needed", () => {
  const text = calendar(
    ...event("UID:1", "DTSTART;TZID=America/New_York:20260105T100000", "SUMMARY:New York"),
    ...event("UID:2", "DTSTART:20260106T100000Z", "SUMMARY:UTC"),
    ...event("UID:3", "DTSTART:20260107T100000", "DURATION:PT1H", "SUMMARY:here"),
    ...event("UID:4", "DTSTART;VALUE=DATE:20260108", "SUMMARY:all day"),
    ...event("UID:5", "DTSTART;TZID=/citadel.org/20210210_1/Europe/London:20260109T100000", "SUMMARY:London"),
  );
  assert.deepEqual(year(diaryOf(text), 2026), [
    "2026-01-05T15:00:00Z/2026-01-05T15:00:00Z New York",
    "2026-01-06T10:00:00Z/2026-01-06T10:00:00Z UTC",
    "2026-01-07T09:00:00Z/2026-01-07T10:00:00Z here",
    "2026-01-07T23:00:00Z/2026-01-08T23:00:00Z all day",
    "2026-01-09T10:00:00Z/2026-01-09T10:00:00Z London",
  ]);
  assert.equal(year(diaryOf(text, UTC), 2026)[2], "2026-01-07T10:00:00Z/2026-01-07T11:00:00Z here");
});

/** As Outlook writes it. */
const WINDOWS = [
  "BEGIN:VTIMEZONE",
  "TZID:W. Europe Standard Time",
  "BEGIN:STANDARD",
  "DTSTART:16010101T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010101T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

test("a zone that only the calendar knows is as its VTIMEZONE says, also where it stands at the end", () => {
  const one = event(
    "DTSTART;TZID=W. Europe Standard Time:20260101T023000",
    "RRULE:FREQ=DAILY",
    "DTEND;TZID=W. Europe Standard Time:20260101T033000",
    "SUMMARY:x",
  );
  const same = event(
    "DTSTART;TZID=Europe/Berlin:20260101T023000",
    "RRULE:FREQ=DAILY",
    "DTEND;TZID=Europe/Berlin:20260101T033000",
    "SUMMARY:x",
  );
  const known = year(diaryOf(calendar(...same)), 2026);
  assert.equal(known.length, 365);
  assert.deepEqual(year(diaryOf(calendar(...WINDOWS, ...one)), 2026), known);
  assert.deepEqual(year(diaryOf(calendar(...one, ...WINDOWS)), 2026), known);
});

test("a daily event keeps its time on the wall, also over the night in which the clocks are put", () => {
  const daily = calendar(
    ...event("DTSTART;TZID=Europe/Amsterdam:20260328T023000", "RRULE:FREQ=DAILY;COUNT=3"),
  );
  assert.deepEqual(
    year(diaryOf(daily), 2026).map((line) => line.slice(0, 20)),
    ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"], // the 29th: 03:30 on the wall
  );
  const hourly = calendar(
    ...event("DTSTART;TZID=Europe/Amsterdam:20260329T010000", "RRULE:FREQ=HOURLY;COUNT=4"),
  );
  assert.deepEqual(
    year(diaryOf(hourly), 2026).map((line) => line.slice(11, 16)),
    ["00:00", "01:00", "02:00"], // 02:00 and 03:00 are one moment then
  );
});

test("hours are hours, days are days: an end keeps its distance, a DURATION in days keeps its time on the wall", () => {
  const start = "DTSTART;TZID=Europe/Amsterdam:20260328T120000";
  const lasting = (line: string): string | undefined =>
    year(diaryOf(calendar(...event(start, line))), 2026)[0]?.slice(21, 41);
  assert.equal(lasting("DURATION:P1D"), "2026-03-29T10:00:00Z");
  assert.equal(lasting("DURATION:PT24H"), "2026-03-29T11:00:00Z");
  assert.equal(lasting("DTEND;TZID=America/New_York:20260329T070000"), "2026-03-29T11:00:00Z");
});

test("an alarm is so long before or after the start or the end, or at a moment", () => {
  const text = calendar(
    ...event(
      START,
      "DURATION:PT1H",
      "RRULE:FREQ=MONTHLY;COUNT=2",
      "SUMMARY:contract ends",
      ...alarm("TRIGGER:-PT15M"),
      ...alarm("TRIGGER;RELATED=END:PT5M"),
      ...alarm("TRIGGER:-P1W"),
      ...alarm("TRIGGER;VALUE=DATE-TIME:20261101T120000Z"),
    ),
  );
  assert.deepEqual(told(text), [
    "2026-01-05T08:45:00Z contract ends",
    "2026-01-05T10:05:00Z contract ends",
    "2026-01-29T09:00:00Z contract ends",
    "2026-02-05T08:45:00Z contract ends",
    "2026-02-05T10:05:00Z contract ends",
    "2026-11-01T12:00:00Z contract ends",
  ]);
  assert.deepEqual(told(text, 2025), ["2025-12-29T09:00:00Z contract ends"]);
});

test("alarms of days are by midnight there, a day is a day on the wall, and two at one moment are one", () => {
  const text = calendar(
    ...event(
      "DTSTART;VALUE=DATE:20260330",
      "SUMMARY:bill",
      ...alarm("TRIGGER:PT9H"),
      ...alarm("TRIGGER:-P2D"),
      ...alarm("TRIGGER:-P2D"),
      ...alarm("TRIGGER:-PT48H"),
    ),
  );
  assert.deepEqual(told(text), [
    "2026-03-27T22:00:00Z bill", // 48 hours
    "2026-03-27T23:00:00Z bill", // 2 days, one of 23 hours
    "2026-03-30T07:00:00Z bill",
  ]);
});

test("ACTION:NONE is no alarm, and neither is one of an event that is cancelled or done", () => {
  const none = ["BEGIN:VALARM", "ACTION:NONE", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z", "END:VALARM"];
  const text = calendar(
    ...event("UID:1", START, "SUMMARY:none", ...none),
    ...event("UID:2", START, "SUMMARY:cancelled", "STATUS:CANCELLED", ...alarm("TRIGGER:PT0S")),
    "BEGIN:VTODO",
    "UID:3",
    "DUE:20260105T090000Z",
    "COMPLETED:20260101T090000Z",
    ...alarm("TRIGGER:PT0S"),
    "END:VTODO",
    "BEGIN:VTODO",
    "UID:4",
    "DUE:20260105T090000Z",
    "SUMMARY:renew",
    ...alarm("TRIGGER;RELATED=END:-P3D"),
    "END:VTODO",
  );
  assert.deepEqual(told(text), ["2026-01-02T09:00:00Z renew"]);
});

test("an instance that was moved or cancelled does not come where it was", () => {
  const text = calendar(
    ...event(START, "RRULE:FREQ=DAILY;COUNT=4", "SUMMARY:daily"),
    ...event(
      "RECURRENCE-ID;TZID=Europe/Amsterdam:20260106T100000",
      "DTSTART;TZID=Europe/Amsterdam:20260106T150000",
      "SUMMARY:moved",
    ),
    ...event("RECURRENCE-ID:20260107T090000Z", "DTSTART:20260107T090000Z", "STATUS:CANCELLED"),
  );
  assert.deepEqual(
    year(diaryOf(text), 2026).map((line) => `${line.slice(8, 16)}${line.slice(41)}`),
    ["05T09:00 daily", "06T14:00 moved", "08T09:00 daily"],
  );
});

test("RDATE may be a period with a length of its own, and EXDATE a day", () => {
  const text = calendar(
    ...event(
      START,
      "DURATION:PT1H",
      "RRULE:FREQ=DAILY;COUNT=3",
      "EXDATE;VALUE=DATE:20260106",
      "RDATE;VALUE=PERIOD:20260110T100000Z/PT3H,20260111T100000Z/20260111T103000Z",
      "SUMMARY:x",
    ),
  );
  assert.deepEqual(year(diaryOf(text), 2026), [
    "2026-01-05T09:00:00Z/2026-01-05T10:00:00Z x",
    "2026-01-07T09:00:00Z/2026-01-07T10:00:00Z x",
    "2026-01-10T10:00:00Z/2026-01-10T13:00:00Z x",
    "2026-01-11T10:00:00Z/2026-01-11T10:30:00Z x",
  ]);
});

test("what lasts into the time asked for is in it, what ends as it begins is not", () => {
  const diary = diaryOf(
    calendar(...event("DTSTART:20260105T100000Z", "DTEND:20260105T120000Z", "SUMMARY:x")),
  );
  const at = (from: string, to: string): number => occurrences(diary, moment(from), moment(to)).found.length;
  assert.equal(at("2026-01-05T11:59:59Z", "2026-01-05T13:00:00Z"), 1);
  assert.equal(at("2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z"), 0);
  assert.equal(at("2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"), 0);
  assert.equal(at("2026-01-05T09:00:00Z", "2026-01-05T10:00:01Z"), 1);
});

test("lines may be folded, end in either way, and texts are unescaped", () => {
  const text = calendar(
    ...event(
      "SUMM",
      " ARY:a\\, b\\; ",
      "\tc",
      "DESCRIPTION:one\\ntwo",
      "LOCATION:Delft",
      "DTSTART:20260105T100000Z",
    ),
  ).replaceAll("\r\n", "\n");
  const [one] = occurrences(
    diaryOf(text),
    moment("2026-01-01T00:00:00Z"),
    moment("2027-01-01T00:00:00Z"),
  ).found;
  assert.deepEqual([one?.title, one?.text, one?.where], ["a, b; c", "Delft\none\ntwo", "ops.ics:4"]);
});

test("what is not understood is named with its line, and the others count", () => {
  const text = calendar(
    ...event("UID:1", "DTSTART;TZID=Mars/Olympus:20260105T100000"),
    ...event("UID:2", "DTSTART:20260230T100000"),
    ...event("UID:3", "SUMMARY:never"),
    ...event("UID:4", START, "RRULE:FREQ=OFTEN"),
    ...event("UID:5", START, "RRULE:FREQ=WEEKLY;BYDAY=1FR"),
    ...event("UID:6", START, ...alarm("TRIGGER:soon")),
    ...event("UID:7", START, "DTEND;TZID=Europe/Amsterdam:20260105T090000"),
    ...event("UID:8", START, "EXRULE:FREQ=DAILY"),
    ...event("UID:10", START, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T090000Z"),
    ...event("UID:9", START, "SUMMARY:good"),
    "END:VEVENT",
  );
  const diary = diaryOf(text);
  assert.deepEqual(
    diary.problems.map(({ where, text }) => `${where}: ${text}`),
    [
      "ops.ics:7: DTSTART: its TZID is no time zone; write one such as Europe/Amsterdam",
      "ops.ics:12: DTSTART: no date or time such as 20261125T101500",
      "ops.ics:14: needs a DTSTART",
      "ops.ics:23: not understood; see RFC 5545",
      "ops.ics:29: RRULE: a BYDAY with numbers goes with FREQ=MONTHLY and FREQ=YEARLY only, without BYWEEKNO",
      "ops.ics:37: TRIGGER: no duration such as -PT15M",
      "ops.ics:44: it ends before it begins",
      "ops.ics:50: EXRULE is not understood; write EXDATE",
      "ops.ics:56: RANGE is not understood; end one event with UNTIL, and begin another",
      "ops.ics:64: this END belongs to no BEGIN; from here on nothing is read",
    ],
  );
  assert.deepEqual(year(diary, 2026), ["2026-01-05T09:00:00Z/2026-01-05T09:00:00Z good"]);
});

const silent = (...lines: readonly string[]): readonly string[] =>
  event("DTSTART:20260105T100000Z", "DTEND:20260105T120000Z", "SUMMARY:new kernel", ...lines);

test("an event with CATEGORIES:SHEEPDOG-SILENCE is silent for its hosts and tags while it lasts", () => {
  const diary = diaryOf(
    calendar(
      ...silent(
        "CATEGORIES:WORK,SHEEPDOG-SILENCE",
        "X-SHEEPDOG-HOST:web*,db1",
        "DESCRIPTION:We reboot.\\nhost = mail*\\ntag=DISK\\, LOAD\\nNot tag=this.",
      ),
    ),
  );
  assert.deepEqual(diary.problems, []);
  const at = (time: string) => maintenances(diary, moment(time)).found;
  assert.deepEqual(at("2026-01-05T09:59:59.999Z"), []);
  assert.deepEqual(at("2026-01-05T12:00:00Z"), []);
  for (const time of ["2026-01-05T10:00:00Z", "2026-01-05T11:59:59.999Z"])
    assert.deepEqual(at(time), [
      {
        hosts: ["web*", "db1", "mail*"],
        tags: ["DISK", "LOAD"],
        why: "new kernel",
        uid: "one",
        start: moment("2026-01-05T10:00:00Z"),
        end: moment("2026-01-05T12:00:00Z"),
      },
    ]);
});

test("a silence says of what: one of host and tag is enough, none is refused, and so is one that lasts no time", () => {
  const of = (...lines: readonly string[]) =>
    diaryOf(calendar(...silent("CATEGORIES:SHEEPDOG-SILENCE", ...lines)));
  const [disk] = maintenances(of("X-SHEEPDOG-TAG:DISK"), moment("2026-01-05T11:00:00Z")).found;
  assert.deepEqual([disk?.hosts, disk?.tags], [["*"], ["DISK"]]);
  const [all] = maintenances(of("DESCRIPTION:host=*"), moment("2026-01-05T11:00:00Z")).found;
  assert.deepEqual([all?.hosts, all?.tags], [["*"], ["*"]]);
  assert.match(of().problems[0]?.text ?? "", /^SHEEPDOG-SILENCE of what\? .*host=\* is all$/);
  const moment0 = event("DTSTART:20260105T100000Z", "CATEGORIES:SHEEPDOG-SILENCE", "X-SHEEPDOG-HOST:a");
  assert.match(diaryOf(calendar(...moment0)).problems[0]?.text ?? "", /lasts no time; give it a DTEND/);
});

test("an event that recurs too often is cut, or left out, and named", () => {
  const recurring = (rule: string) => {
    const diary = diaryOf(calendar(...event("DTSTART:20260105T100000Z", `RRULE:${rule}`, "SUMMARY:x")));
    return occurrences(diary, moment("2026-02-01T00:00:00Z"), moment("2026-03-01T00:00:00Z"));
  };
  const { found, problems } = recurring("FREQ=MINUTELY");
  assert.equal(found.length, 10_000);
  assert.equal(found[0]?.start, moment("2026-02-01T00:00:00Z"));
  assert.deepEqual(problems, [
    { where: "ops.ics:4", text: "recurs more than 10000 times in the time asked for; the rest is left out" },
  ]);
  assert.deepEqual(recurring("FREQ=SECONDLY;COUNT=99999999"), {
    found: [],
    problems: [
      {
        where: "ops.ics:4",
        text: "recurs too often to be counted: let its DTSTART be later, or its RRULE rarer",
      },
    ],
  });
});

for (const [what, text] of Object.entries({
  "is binary": "\0\u0001\ufffd".repeat(100_000),
  "never ends a component": "BEGIN:VEVENT\n".repeat(100_000),
  "ends what never began": "END:VEVENT\n".repeat(100_000),
  "is one long line": `BEGIN:VEVENT\nDTSTART:${"1".repeat(4_000_000)}\nEND:VEVENT\n`,
  "is one folded line": `BEGIN:VEVENT\nDTSTART:1\n${" 1\n".repeat(1_000_000)}END:VEVENT\n`,
  "has endless parameters": `BEGIN:VEVENT\n${`DTSTART;${"A=1;".repeat(16_000)}\n`.repeat(40)}END:VEVENT\n`,
  "has a million properties": `BEGIN:VEVENT\n${"RDATE:20260101T000000Z\n".repeat(200_000)}END:VEVENT\n`,
  "has a million alarms": `BEGIN:VEVENT\nDTSTART:20260101T000000Z\n${"BEGIN:VALARM\nTRIGGER:PT0S\nEND:VALARM\n".repeat(100_000)}END:VEVENT\n`,
  "has one UID for all": calendar(
    ...event("DTSTART:20260101T000000Z", "RECURRENCE-ID:20260101T000000Z"),
  ).repeat(20_000),
  "defines mad zones": calendar(
    "BEGIN:VTIMEZONE",
    "TZID:mad",
    "BEGIN:STANDARD",
    "DTSTART:16010101T000000",
    "TZOFFSETFROM:+9900",
    "TZOFFSETTO:-9900",
    "RRULE:FREQ=SECONDLY",
    "END:STANDARD",
    "END:VTIMEZONE",
    ...event("DTSTART;TZID=mad:20260101T000000"),
  ),
}))
  test(`a calendar that ${what} is read within seconds, and harms nothing`, () => {
    const began = performance.now();
    const diary = diaryOf(text);
    occurrences(diary, moment("2026-01-01T00:00:00Z"), moment("2027-01-01T00:00:00Z"));
    assert.ok(performance.now() - began < 15_000, `${performance.now() - began} ms`);
    assert.ok(diary.problems.length < 1000);
  });
