import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Config } from "../../src/config/schema.ts";
import { occurrences } from "../../src/diary/occurrences.ts";
import { readDiary } from "../../src/diary/read.ts";
import { folder } from "../support/folder.ts";
import { calendar, event, moment } from "./calendar.ts";

const read = (files: readonly string[], more: object = {}) =>
  readDiary(Config.parse({ diary: { files, ...more } }).diary);
const DECEMBER = [moment("2026-12-01T00:00:00Z"), moment("2027-01-01T00:00:00Z")] as const;
const titles = async (files: readonly string[], more: object = {}): Promise<readonly string[]> =>
  occurrences(await read(files, more), ...DECEMBER).found.map(({ title }) => title);

test("of a folder the files are read that are called like diaries; of others the content says what they are", async (t) => {
  const place = folder(t);
  const put = (name: string, text: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const ical = (title: string): string => calendar(...event("DTSTART:20261207T100000Z", `SUMMARY:${title}`));
  put("a.ics", ical("a"));
  put("b.diary", "12/8/2026 b\n");
  put("diary", "12/9/2026 c\n");
  put("diary~", "12/9/2026 no\n");
  put(".hidden.ics", ical("no"));
  put("notes.txt", "12/9/2026 no\n");
  mkdirSync(join(place, "folder.ics"));
  symlinkSync(join(place, "a.ics"), join(place, "link.ics"));
  const other = folder(t);
  const calendarFile = join(other, "calendar");
  writeFileSync(calendarFile, `\ufeff${ical("d")}`);
  writeFileSync(join(other, "plans"), "\ufeff12/10/2026 e\n");
  const { problems } = await read([place, calendarFile, join(other, "plans")]);
  assert.deepEqual(problems, []);
  assert.deepEqual(await titles([place, calendarFile, join(other, "plans")]), ["a", "a", "d", "b", "c", "e"]);
});

test("the style and the time zone are as configured", async (t) => {
  const file = join(folder(t), "diary");
  writeFileSync(file, "7/12/2026 9:00 x\n");
  const diary = await read([file], { style: "european", zone: "Asia/Tokyo", before: "1h" });
  const [one] = occurrences(diary, ...DECEMBER).found;
  assert.equal(one?.start, moment("2026-12-07T00:00:00Z"));
  assert.deepEqual(one.alarms, [moment("2026-12-06T23:00:00Z")]);
});

test("what cannot be read is named, and the rest is read", async (t) => {
  const place = folder(t);
  const good = join(place, "diary");
  writeFileSync(good, "12/7/2026 good\n");
  writeFileSync(join(place, "no.ics"), "12/7/2026 no\n");
  writeFileSync(join(place, "long.ics"), Buffer.alloc(5 * 1024 * 1024, "x"));
  symlinkSync(join(place, "nowhere"), join(place, "dangling.ics"));
  const { problems } = await read(["/nonexistent/diary", place]);
  assert.deepEqual(
    problems.map(({ where, text }) => `${where}: ${text}`.replaceAll(place, "")),
    [
      "diary.files: cannot read /nonexistent/diary (ENOENT); correct its name, or let this user read it",
      "diary.files: cannot read /dangling.ics (ENOENT): correct its name, or make it",
      "diary.files: /long.ics is longer than 4194304 bytes: name the right file",
      "/no.ics:1: no calendar, which begins with BEGIN:VCALENDAR",
    ],
  );
  assert.deepEqual(await titles(["/nonexistent/diary", place]), ["good"]);
});

test("thousands of small calendars, as CalDAV servers keep them, are read in seconds", async (t) => {
  const place = folder(t);
  for (let at = 0; at < 3000; at++)
    writeFileSync(
      join(place, `${at}.ics`),
      calendar(
        ...event(
          `UID:${at}`,
          "DTSTART;TZID=Europe/Amsterdam:20200107T100000",
          "RRULE:FREQ=WEEKLY",
          "SUMMARY:x",
        ),
      ),
    );
  const began = performance.now();
  assert.equal((await titles([place])).length, 3000 * 5);
  assert.ok(performance.now() - began < 20_000);
});
