import assert from "node:assert/strict";
import { test } from "node:test";
import { readBark } from "../../src/bark.ts";
import { alarmBark, problemBark } from "../../src/diary/bark.ts";
import { alarms } from "../../src/diary/occurrences.ts";
import { compose } from "../../src/mail/compose.ts";
import type { Epoch } from "../../src/time.ts";
import { parcel } from "../support/notice.ts";
import { Kennel } from "../support/kennel.ts";
import { AMSTERDAM, calendar, diaryOf, event, moment } from "./calendar.ts";

const CONTRACT = diaryOf(
  calendar(
    ...event(
      "DTSTART;VALUE=DATE:20261209",
      "SUMMARY:certificate contract ends",
      "DESCRIPTION:Ask for two offers.",
      "BEGIN:VALARM",
      "TRIGGER:-P13DT14H", // two weeks before, at ten
      "END:VALARM",
    ),
    ...event(
      "UID:two",
      "DTSTART;TZID=Europe/Amsterdam:20261209T093000",
      "DURATION:PT1H",
      "SUMMARY:stand-up",
      "BEGIN:VALARM",
      "TRIGGER:-PT15M",
      "END:VALARM",
    ),
  ),
);
/** The barks of what is due after a moment, as they are made at another. */
const barks = (after: string, now: string) => {
  const at: Epoch = moment(now);
  return alarms(CONTRACT, moment(after), at).found.map((alarm) =>
    alarmBark(alarm, { host: "shepherd", now: at, zone: AMSTERDAM }),
  );
};
const summaries = (after: string, now: string): readonly string[] =>
  barks(after, now).map(({ summary }) => summary);

test("an alarm says how far away it is when it is told, by the days of the calendar", () => {
  assert.deepEqual(summaries("2026-11-25T08:00:00Z", "2026-11-25T09:00:10Z"), [
    "certificate contract ends in 14 days",
  ]);
  assert.deepEqual(summaries("2026-11-25T08:00:00Z", "2026-12-08T08:00:00Z"), [
    "certificate contract ends tomorrow",
  ]);
  assert.deepEqual(summaries("2026-12-09T08:00:00Z", "2026-12-09T08:15:20Z"), ["stand-up in 15min"]);
  assert.deepEqual(summaries("2026-11-25T08:00:00Z", "2026-12-09T10:45:00Z"), [
    "certificate contract ends today",
    "stand-up 2h 15min ago",
  ]);
  assert.deepEqual(summaries("2026-12-09T08:00:00Z", "2026-12-11T08:00:00Z"), ["stand-up 2 days ago"]);
});

test("an alarm is due in one of the spans that are asked for, whatever they are, and no other", () => {
  assert.deepEqual(summaries("2026-11-25T09:00:00Z", "2026-11-25T09:01:00Z"), []);
  assert.equal(summaries("2026-11-25T08:59:00Z", "2026-11-25T09:00:00Z").length, 1);
});

test("however late and often it is asked for, an alarm is one bark, and told once as a note", async (t) => {
  const kennel = new Kennel(t);
  const publish = async (now: string): Promise<void> => {
    await kennel.spool.publish(
      "barks",
      barks("2026-11-25T08:00:00Z", now).map((bark) => JSON.stringify(bark)),
    );
    await kennel.handle();
  };
  await publish("2026-11-25T09:00:10Z");
  await publish("2026-11-26T09:00:10Z");
  await publish("2026-11-25T09:00:10Z");
  const mail = await kennel.mail();
  assert.deepEqual(
    mail.map(({ kind, bark }) => [kind, bark.tag, bark.summary]),
    [["note", "DIARY", "certificate contract ends in 14 days"]],
  );
  assert.equal(mail[0]?.text, "Wed 2026-12-09\n\nAsk for two offers.\n\nops.ics:4");
  assert.deepEqual(kennel.rows("SELECT tag, level FROM state WHERE until IS NULL"), [["DIARY", "ok"]]);
  assert.equal((await kennel.spool.peek("dead", 10)).length, 0);
  assert.equal(
    mail[0] && compose(parcel(mail[0]), { name: "shepherd", now: moment("2026-11-25T09:00:10Z") }).subject,
    "[note] DIARY on shepherd: certificate contract ends in 14 days",
  );
});

test("several alarms are told each, also when the machine was off and they come late together", async (t) => {
  const kennel = new Kennel(t);
  const all = barks("2026-11-01T00:00:00Z", "2026-12-20T00:00:00Z").map((bark) => JSON.stringify(bark));
  await kennel.spool.publish("barks", all);
  await kennel.handle();
  assert.deepEqual(
    (await kennel.mail()).map(({ bark }) => bark.summary),
    ["certificate contract ends 11 days ago", "stand-up 11 days ago"],
  );
});

test("what is not understood is told as a warning, and once it is mended that it is well again", async (t) => {
  const kennel = new Kennel(t);
  const looking = { host: "shepherd", now: moment("2026-11-25T09:00:00Z") };
  const bad = problemBark(
    [
      { where: "ops.ics:4", text: "needs a DTSTART" },
      { where: "b", text: "c" },
    ],
    undefined,
    looking,
  );
  assert.ok(bad);
  assert.equal(bad.summary, "ops.ics:4: needs a DTSTART, and 1 more; see sheepdog diary");
  const good = problemBark([], bad, { ...looking, now: moment("2026-11-25T09:05:00Z") });
  assert.equal(problemBark([], good, looking), undefined);
  assert.equal(problemBark([], undefined, looking), undefined);
  await kennel.spool.publish(
    "barks",
    [bad, good].map((bark) => JSON.stringify(bark)),
  );
  await kennel.handle();
  assert.deepEqual(
    (await kennel.mail()).map(({ kind, bark }) => `${kind} ${bark.tag} ${bark.level}`),
    ["bad DIARY-FILES warning", "well DIARY-FILES ok"],
  );
});

test("a bark stays within its limits, whatever an event says", () => {
  const diary = diaryOf(
    calendar(
      ...event(
        `UID:${"u".repeat(60_000)}`,
        "DTSTART:20261209T093000Z",
        `SUMMARY:${"\u{1f415}".repeat(20_000)}`,
        `DESCRIPTION:${"\\n".repeat(200_000)}`,
        `LOCATION:${"l".repeat(60_000)}`,
        "BEGIN:VALARM",
        "TRIGGER:PT0S",
        "END:VALARM",
      ),
    ),
  );
  const now = moment("2026-12-09T10:00:00Z");
  const { found } = alarms(diary, moment("2026-12-09T09:00:00Z"), now);
  assert.equal(found.length, 1);
  for (const alarm of found) {
    const bark = alarmBark(alarm, { host: "shepherd", now, zone: AMSTERDAM });
    assert.ok(readBark(bark, { id: "", time: "" }).ok);
    assert.ok(JSON.stringify(bark).length < 100_000);
  }
});
