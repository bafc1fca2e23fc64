import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import stringWidth from "string-width";
import { parse } from "../../src/cli/parse.ts";
import { UTC } from "../../src/diary/zone.ts";
import { calendar, diaryOf, event } from "../diary/calendar.ts";
import { Herd } from "../support/herd.ts";

/** A machine with a diary. */
function machine(t: TestContext, emacs: string, ical = ""): Herd {
  const herd = new Herd(t);
  const put = (name: string, text: string): string => {
    writeFileSync(join(herd.home, name), text, { mode: 0o600 });
    return join(herd.home, name);
  };
  const files = [put("diary", emacs), ...(ical === "" ? [] : [put("ops.ics", ical)])];
  herd.environment["SHEEPDOG_CONFIG"] = put(
    "sheepdog.toml",
    `[diary]\nfiles = ${JSON.stringify(files)}\nzone = "Europe/Amsterdam"\n`,
  );
  return herd;
}

const MAINTENANCE = calendar(
  ...event(
    "DTSTART;TZID=Europe/Amsterdam:20261208T220000",
    "DURATION:PT2H",
    "SUMMARY:new kernel",
    "CATEGORIES:SHEEPDOG-SILENCE",
    "X-SHEEPDOG-HOST:web*",
    "BEGIN:VALARM",
    "TRIGGER:-P1D",
    "END:VALARM",
  ),
);
const DECEMBER = ["--since", "2026-12-01", "--until", "2027-01-01"] as const;

test("what is planned is shown in its order, into a pipe as whole fields with tabs between", async (t) => {
  const herd = machine(
    t,
    "12/24/2026 contract ends\n%%(diary-block 12 28 2026 1 1 2027) closed\n12/3/2026 9:30-10:00 review\n",
    MAINTENANCE,
  );
  const answer = await herd.ask("diary", ...DECEMBER);
  assert.equal(answer.stderr, "");
  assert.equal(answer.status, 0);
  assert.equal(
    answer.stdout.replaceAll(`${herd.home}/`, ""),
    [
      "2026-12-03T08:30:00+00:00\t30min\t2026-12-03T08:15:00+00:00\treview\tdiary:3",
      "2026-12-08T21:00:00+00:00\t2h\t2026-12-07T21:00:00+00:00\tnew kernel (silent: web* *)\tops.ics:4",
      "2026-12-24\tall day\t2026-12-24T07:00:00+00:00\tcontract ends\tdiary:1",
      "2026-12-28\t5 days\t2026-12-28T07:00:00+00:00\tclosed\tdiary:2",
      "",
    ].join("\n"),
  );
});

test("--json has all there is, for jq", async (t) => {
  const herd = machine(t, "", MAINTENANCE);
  const { stdout } = await herd.ask("diary", ...DECEMBER, "--json");
  assert.deepEqual(JSON.parse(stdout), [
    {
      uid: "one",
      title: "new kernel",
      text: "",
      allDay: false,
      categories: ["SHEEPDOG-SILENCE"],
      silence: { hosts: ["web*"], tags: ["*"] },
      where: join(herd.home, "ops.ics:4"),
      start: "2026-12-08T21:00:00.000Z",
      end: "2026-12-08T23:00:00.000Z",
      alarms: ["2026-12-07T21:00:00.000Z"],
    },
  ]);
});

test("on a terminal it is a table that fits", async (t) => {
  const herd = machine(t, `12/3/2026 9:30 ${"long ".repeat(40)}\n`);
  const { stdout } = await herd.terminal(`sheepdog diary ${DECEMBER.join(" ")}`, { columns: 80 });
  const lines = stdout
    .replace(/\u001b\[\d+m/g, "")
    .trimEnd()
    .split("\n");
  assert.match(lines[0] ?? "", /^START +LASTS +TOLD +TITLE +WHERE$/);
  assert.match(lines[1] ?? "", /^2026-12-03 08:30 +- +2026-12-03 08:15 +long long .*…  /);
  for (const line of lines) assert.ok(stringWidth(line) <= 80, line);
});

test("from now on it is 30 days unless something else is said", async (t) => {
  const herd = machine(t, "&*/* 12:00 daily\n");
  const count = async (...args: readonly string[]): Promise<number> =>
    (await herd.ask("diary", ...args)).stdout.split("\n").length - 1;
  assert.equal(await count(), 30);
  assert.equal(await count("--days", "7"), 7);
  assert.equal(await count("--until", "2w"), 14);
  assert.equal(await count("--since", "2d", "--days=3"), 3);
  assert.equal(await count("--since", "2026-12-01T00:00:00Z", "--until", "2026-12-01T11:00:01Z"), 1);
});

test("what is not understood is said on stderr, the rest is shown, and the exit code says so", async (t) => {
  const herd = machine(t, "12/3/2026 good\nDec three, bad \u001b[2J\n");
  const answer = await herd.ask("diary", ...DECEMBER);
  assert.match(answer.stdout, /^2026-12-03\tall day\t.*\tgood\t/);
  assert.match(answer.stderr, /^sheepdog: .*\/diary:2: it begins with no date in the style american .*\n$/);
  assert.equal(answer.status, 65);
});

test("escapes in a diary are shown and not obeyed", async (t) => {
  const herd = machine(t, "12/3/2026 \u001b]0;owned\u0007\n");
  const { stdout } = await herd.ask("diary", ...DECEMBER);
  assert.ok(stdout.includes("\\e]0;owned\\x07"), stdout);
});

test("without a diary there is advice", async (t) => {
  const herd = new Herd(t);
  const answer = await herd.ask("diary");
  assert.match(
    answer.stderr,
    /^sheepdog: no diary is configured: name its files and folders in `files` of \[diary\].*\n$/,
  );
  assert.equal(answer.status, 78);
});

for (const [line, fault] of [
  ["--since tomorrow", /--since: "tomorrow" is no time; give a span such as 2d, or a date/],
  ["--until 2026-02-30", /--until: "2026-02-30" is no time/],
  ["--days 0", /--days: "0" is no number of days; give one from 1 to 3660/],
  ["--days 2 --until 2w", /until.*days/],
  ["--since 2026-12-01 --until 2026-11-01", /--until is not after --since; give a later one/],
  ["--since 1926-12-01 --until 2026-11-01", /--until is more than 3660 days after --since/],
] as const)
  test(`sheepdog diary ${line} is refused, with the cure`, async () => {
    const parsed = await parse(["diary", ...line.split(" ")], 80);
    assert.ok(parsed.kind === "wrong");
    assert.match(parsed.fault, fault);
  });

test("the runs that are expected are a calendar, which Python's icalendar reads, and we do", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    { host: "nas", tag: "BACKUP, daily; all", level: "ok", expect: "1d" },
    { host: "nas", tag: "LOAD", level: "ok" },
    { host: "db", tag: "\u{1f411}".repeat(50), level: "fail", expect: "2d" },
  );
  const { stdout, stderr, status } = await herd.ask("diary", "--ics");
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(stdout, /^BEGIN:VCALENDAR\r\n/);
  for (const line of stdout.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
  const script = `import sys, json, icalendar
c = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
print(json.dumps([[str(e["summary"]), e["dtstart"].dt.isoformat(), str(e["transp"])] for e in c.walk("VEVENT")]))`;
  const read = spawnSync("/usr/bin/python3", ["-c", script], { input: stdout, encoding: "utf8" });
  assert.equal(read.status, 0, read.stderr);
  // A day after it came, and ten minutes of grace.
  const expected = [
    ["BACKUP, daily; all on nas", "2026-03-02T10:10:00+00:00", "TRANSPARENT"],
    [`${"\u{1f411}".repeat(50)} on db`, "2026-03-03T10:12:00+00:00", "TRANSPARENT"],
  ];
  assert.deepEqual(JSON.parse(read.stdout), expected);
  const diary = diaryOf(stdout, UTC);
  assert.deepEqual(diary.problems, []);
  assert.equal(diary.entries.length, 2);
  const both = await herd.ask("diary", "--ics", "--json");
  assert.equal(both.status, 64);
});
