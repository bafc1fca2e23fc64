import assert from "node:assert/strict";
import { test } from "node:test";
import { allWell, standing } from "../../src/cli/status.ts";
import { epoch } from "../../src/time.ts";
import { Herd } from "../support/herd.ts";

const at = (text: string) => epoch(Date.parse(text));

test("what is not ok comes worst first, then oldest first, and the exit code is 1", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    { tag: "DISK", level: "warning" },
    { tag: "LOAD", level: "ok" },
    { tag: "PING", level: "unknown" },
    { tag: "BORG", level: "fail", summary: "exit 2" },
    { tag: "SCRUB", level: "fail" },
    { tag: "BORG", level: "fail", summary: "exit 3" },
  );
  const answer = await herd.ask("status");
  const fields = answer.stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.deepEqual(
    fields.map(([since, , , level, , tag, summary]) => `${since} ${level} ${tag} ${summary}`),
    [
      "2026-03-01T10:03:00+00:00 fail BORG exit 3",
      "2026-03-01T10:04:00+00:00 fail SCRUB SCRUB is fail",
      "2026-03-01T10:02:00+00:00 unknown PING PING is unknown",
      "2026-03-01T10:00:00+00:00 warning DISK DISK is warning",
    ],
  );
  const [elapsed] = fields.map(([, seconds]) => Number(seconds));
  assert.ok(Math.abs((elapsed ?? 0) - (Date.now() - Date.parse("2026-03-01T10:03:00Z")) / 1000) < 60);
  assert.equal(answer.status, 1);
});

test("--json says the same, with times of RFC 3339", async (t) => {
  const herd = new Herd(t);
  const [bark] = await herd.hear({ tag: "BORG", level: "fail", summary: "exit 2" });
  const answer = await herd.ask("status", "--json");
  assert.deepEqual(JSON.parse(answer.stdout), [
    {
      host: "penguin2",
      tag: "BORG",
      level: "fail",
      since: "2026-03-01T10:00:00.000Z",
      summary: "exit 2",
      bark: bark?.id,
    },
  ]);
  assert.equal(answer.status, 1);
});

test("when all is well it says how it knows, and the exit code is 0", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    { tag: "BORG", level: "fail" },
    { tag: "BORG", level: "ok" },
    { tag: "SCRUB", level: "ok" },
  );
  const answer = await herd.ask("status");
  assert.match(answer.stdout, /^all well: 2 subjects, last bark \d{4}-\d\d-\d\d \d\d:\d\d \(.+ ago\)\n$/);
  assert.equal(answer.status, 0);
  assert.equal((await herd.ask("status", "--json")).stdout, "[]\n");
});

test("a history that never heard a bark does not claim that all is well", async (t) => {
  const herd = new Herd(t);
  await herd.hearText();
  const answer = await herd.ask("status");
  assert.equal(answer.stdout, "all well as far as is known: no bark has ever come\n");
  assert.equal(answer.status, 0);
});

test("a reader who leaves early does not change the exit code", async (t) => {
  const herd = new Herd(t);
  await herd.hear(
    ...Array.from({ length: 300 }, (_, at) => ({
      tag: `T${at}`,
      level: "fail" as const,
      summary: "s".repeat(1000),
    })),
  );
  const { stdout } = await herd.shell("sheepdog status | head -1 | cut -f4; echo ${PIPESTATUS[0]}");
  assert.equal(stdout, "fail\n1\n");
});

test("for a person it is a table with the span in short", async () => {
  const ailments = [
    {
      host: "nas",
      tag: "SCRUB",
      level: "fail",
      since: at("2026-11-18T15:00:00Z"),
      summary: "2 errors",
      bark: "019aa0d1-5d02-7000-8000-000000000001",
    },
    {
      host: "penguin2",
      tag: "DISK",
      level: "warning",
      since: at("2026-11-22T18:00:00Z"),
      summary: "/ 91% full",
      bark: "019ab0d1-5d02-7000-8000-000000000001",
    },
  ] as const;
  const text = await standing(ailments, at("2026-11-22T18:49:50Z"), {
    terminal: true,
    columns: 80,
    colour: false,
  });
  assert.equal(
    text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "(local minutes)"), // where the test runs decides
    [
      "SINCE             FOR    ID        LEVEL    HOST      TAG    SUMMARY",
      "(local minutes)  4d     019aa0d1  fail     nas       SCRUB  2 errors",
      "(local minutes)  49min  019ab0d1  warning  penguin2  DISK   / 91% full",
      "",
    ].join("\n"),
  );
  assert.match(
    allWell({ subjects: 1, last: at("2026-11-22T18:49:00Z") }, at("2026-11-22T18:49:50Z")),
    /^all well: 1 subject, last bark .* \(50s ago\)\n$/,
  );
});
