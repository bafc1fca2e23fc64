import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Reading, readEmacs } from "../../src/diary/emacs/diary.ts";
import type { Diary } from "../../src/diary/entry.ts";
import { alarms, occurrences } from "../../src/diary/occurrences.ts";
import { UTC } from "../../src/diary/zone.ts";
import { epoch, seconds } from "../../src/time.ts";
import { Oracle } from "../support/oracle.ts";
import { AMSTERDAM, moment, stamp, year } from "./calendar.ts";
import { diaries } from "./forms.ts";

const DAY = 86_400_000;
const READING: Reading = { style: "american", before: seconds(900), morning: "08:00", zone: UTC };
const diaryOf = (text: string, more: Partial<Reading> = {}): Diary => {
  const reading = { ...READING, ...more };
  return { zone: reading.zone, ...readEmacs(text, "diary", reading) };
};
const days = (from: number, to: number): readonly string[] =>
  Array.from({ length: Math.ceil((to - from) / DAY) }, (_, at) =>
    new Date(from + at * DAY).toISOString().slice(0, 10),
  );

/** The days on which Emacs shows each entry, with what it shows. */
type Shown = readonly (readonly [day: string, text: string])[];

test("entries apply on the days, and with the text, that Emacs itself shows, and reminders on the days before", async (t) => {
  const oracle = new Oracle(t, ["emacs", "--batch", "-Q", "-l", "tests/diary/diary.el"]);
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(diaries, fc.integer({ min: 0, max: 300 }), async ({ style, diary }, skip) => {
      const from = Date.UTC(2026, 0, 1 + skip);
      const to = from + 120 * DAY;
      const first = new Date(from);
      const known = await oracle.ask<Shown>({
        style,
        diary,
        year: first.getUTCFullYear(),
        month: first.getUTCMonth() + 1,
        day: first.getUTCDate(),
        days: 120,
      });
      compared += known.length;
      const read = diaryOf(diary, { style });
      const found = occurrences(read, epoch(from), epoch(to)).found;
      const told = alarms(read, epoch(from - 1), epoch(to - 1)).found;
      const ours = new Set<string>();
      const texts = new Set<string>();
      for (const { start, end, title, text } of found)
        for (const day of days(Math.max(from, start), Math.min(to, end))) {
          ours.add(`${day} ${/E\d+x/.exec(title)?.[0]}`);
          texts.add(`${day} ${title} ${text}`.trim());
        }
      for (const { at, of } of told) ours.add(`${stamp(at).slice(0, 10)} ${/E\d+x/.exec(of.title)?.[0]}`);
      const whole = known.map(([day, text]) => `${day} ${text.trim().replace(/\s+/g, " ")}`);
      assert.deepEqual([...ours].sort(), [...new Set(whole.map(marked))].sort());
      assert.deepEqual([...texts].sort(), [...new Set(whole.filter((one) => !/Reminder/.test(one)))].sort());
    }),
    { numRuns: 60 },
  );
  t.diagnostic(`${compared} entries compared`);
});

const marked = (one: string): string => `${one.slice(0, 10)} ${/E\d+x/.exec(one)?.[0]}`;

const AMERICAN: Partial<Reading> = { zone: AMSTERDAM };

test("a time at the beginning of a line is when it is, and of several each is planned by itself", () => {
  const diary = diaryOf(
    `12/7/2026 9:30 stand-up
     10.15-11.45 review
       bring the list
     2pm call
     9h30 coffee, 12am and 12pm
     25:00 is no time
12/8/2026
     23:30-0:30 move
12/9/2026 lunch at 12:30
`,
    AMERICAN,
  );
  assert.deepEqual(diary.problems, []);
  assert.deepEqual(year(diary, 2026), [
    "2026-12-07T08:30:00Z/2026-12-07T08:30:00Z stand-up",
    "2026-12-07T08:30:00Z/2026-12-07T08:30:00Z coffee, 12am and 12pm",
    "2026-12-07T09:15:00Z/2026-12-07T10:45:00Z review",
    "2026-12-07T13:00:00Z/2026-12-07T13:00:00Z call",
    "2026-12-08T22:30:00Z/2026-12-08T23:30:00Z move",
    "2026-12-08T23:00:00Z/2026-12-09T23:00:00Z lunch at 12:30",
  ]);
  const { found } = occurrences(diary, moment("2026-12-01T00:00:00Z"), moment("2026-12-31T00:00:00Z"));
  assert.deepEqual(
    found.map(({ text }) => text).filter((text) => text !== ""),
    ["25:00 is no time", "bring the list"],
  );
  assert.equal(new Set(found.map(({ uid, start }) => `${uid} ${start}`)).size, 6);
});

const told = (text: string, more: Partial<Reading> = AMERICAN): readonly string[] =>
  alarms(diaryOf(text, more), moment("2026-11-01T00:00:00Z"), moment("2027-01-31T00:00:00Z")).found.map(
    ({ at, of }) => `${stamp(at)} ${of.title}`,
  );

test("what has a time is told so long before it, what has none in the morning", () => {
  assert.deepEqual(told("12/7/2026 9:30 a\n12/8/2026 b\n12/9/2026 10:00 c ## warntime 90\n"), [
    "2026-12-07T08:15:00Z a",
    "2026-12-08T07:00:00Z b",
    "2026-12-09T07:30:00Z c",
  ]);
  const early: Partial<Reading> = { zone: UTC, before: seconds(86_400), morning: "17:45" };
  assert.deepEqual(told("12/7/2026 9:30 a\n12/8/2026 b\n", early), [
    "2026-12-06T09:30:00Z a",
    "2026-12-08T17:45:00Z b",
  ]);
});

test("a date may be generic in every style: of any year, of any month, a weekday", () => {
  const dates = (style: Reading["style"], text: string) =>
    year(diaryOf(`${text} x\n`, { style }), 2026).map((line) => line.slice(5, 10));
  const firsts = Array.from({ length: 12 }, (_, at) => `${String(at + 1).padStart(2, "0")}-01`);
  for (const text of ["*/1", "*/1/*", "* 1", "* 1, *", "&*/01/26"])
    assert.deepEqual(dates("american", text), firsts, text);
  for (const text of ["1/*", "1/*/*", "1 *", "1 * *", "1 * 2026"])
    assert.deepEqual(dates("european", text), firsts, text);
  for (const text of ["*-1", "*-*-1", "*/*/1", "* 1", "* * 1"])
    assert.deepEqual(dates("iso", text), firsts, text);
  assert.equal(dates("american", "Friday").length, 52);
  assert.equal(dates("european", "fri.").length, 52);
  assert.deepEqual(dates("european", "7 Dec 30"), []); // a year
  assert.deepEqual(dates("european", "7 Dec 9:30"), ["12-07"]);
  assert.deepEqual(dates("american", "2/29"), []);
});

test("days in a row are told once, as they begin; what has a time is told every day", () => {
  const diary = diaryOf("%%(diary-block 12 29 2026 1 2 2027) closed\n", AMERICAN);
  assert.deepEqual(year(diary, 2027), ["2026-12-28T23:00:00Z/2027-01-02T23:00:00Z closed"]);
  assert.deepEqual(told("%%(diary-remind '(diary-block 12 29 2026 1 2 2027) '(1 14)) closed\n"), [
    "2026-12-15T07:00:00Z closed",
    "2026-12-28T07:00:00Z closed",
    "2026-12-29T07:00:00Z closed",
  ]);
  assert.equal(told("%%(diary-block 12 29 2026 1 2 2027) 9:00 course\n").length, 5);
});

test("reminders come in the morning of the days before, also for what has a time", () => {
  assert.deepEqual(told("%%(diary-remind '(diary-anniversary 12 24 2016) -2) 18:00 %d%s Christmas Eve\n"), [
    "2026-12-22T07:00:00Z 10th Christmas Eve",
    "2026-12-23T07:00:00Z 10th Christmas Eve",
    "2026-12-24T16:45:00Z 10th Christmas Eve",
  ]);
});

test("what is not understood is named with its line, and the others count; comments are not named", () => {
  const diary = diaryOf(`-*- mode: diary -*-
; a comment
# [foreground:red]

12/7/2026 good
  with more
7 December 2026 European
2/30/2026 no such date
%%(diary-hebrew-yahrzeit 1 2 1990) unknown
%%(diary-cyclic 0 1 1 2026) never
%%(diary-cyclic 3 x 1 2026) no number
%%(diary-block 12 2 2026 12 1 2026) backwards
%%(diary-float t 1 1 never closed
%%(diary-date 2 30 2026) no such date, but a form that Emacs takes
%%diary
12/8/2026
HTishri 1 Hebrew
#include "/etc/passwd"
12/31/2026 good
`);
  assert.deepEqual(
    diary.problems.map(({ where, text }) => `${where}: ${text}`),
    [
      "diary:7: it begins with no date in the style american (`diary.style`), and with no %%(form)",
      "diary:8: it begins with no date in the style american (`diary.style`), and with no %%(form)",
      "diary:9: its form is none of diary-date, diary-block, diary-anniversary, diary-cyclic, diary-float, diary-offset, and, or, not, diary-remind",
      "diary:10: its number of days must be at least 1",
      "diary:11: argument 2 of diary-cyclic must be a whole number",
      "diary:12: it ends before it begins",
      "diary:13: its form is never closed",
      "diary:15: it begins with no date in the style american (`diary.style`), and with no %%(form)",
      "diary:16: it says nothing; write what is planned behind the date",
      "diary:17: it begins with no date in the style american (`diary.style`), and with no %%(form)",
      "diary:18: #include is not followed; name the file in `diary.files`",
    ],
  );
  assert.equal(year(diary, 2026).length, 2);
});

test("an entry keeps its name when the file around it changes", () => {
  const uid = (text: string) =>
    occurrences(diaryOf(text), moment("2026-12-07T00:00:00Z"), moment("2026-12-08T00:00:00Z")).found.map(
      (one) => one.uid,
    );
  const before = uid("12/7/2026 a\n");
  assert.equal(before.length, 1);
  assert.deepEqual(uid("; new\n12/1/2026 b\n12/7/2026 a\n"), before);
  assert.notDeepEqual(uid("12/7/2026 a changed\n"), before);
});

for (const [what, text] of Object.entries({
  "is binary": "\0\u0001\ufffd".repeat(100_000),
  "is one long line": "1/1 x".repeat(500_000),
  "is a million names": "* ".repeat(2_000_000),
  "opens a million brackets": `%%${"(and ".repeat(500_000)} x`,
  "is a million lines of one entry": `1/1 x\n${"  9:00 y\n".repeat(400_000)}`,
  "is full of entries": "%%(diary-float t 1 1) x\n".repeat(20_001),
  "counts far": "%%(diary-float t 1 99999) x\n%%(diary-offset '(diary-cyclic 1 1 1 1) -99999) y\n",
}))
  test(`a diary that ${what} is read within seconds, and harms nothing`, () => {
    const began = performance.now();
    const diary = diaryOf(text);
    occurrences(diary, moment("2026-01-01T00:00:00Z"), moment("2027-01-01T00:00:00Z"));
    assert.ok(performance.now() - began < 30_000, `${performance.now() - began} ms`);
    assert.ok(diary.problems.length < 1000);
  });
