import assert from "node:assert/strict";
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Sent } from "../../src/mail/sent.ts";
import { Troubles } from "../../src/mail/troubles.ts";
import { epoch, later, now, seconds } from "../../src/time.ts";
import { folder } from "../support/folder.ts";

test("what was mailed is known after a restart, by notice and address", async (t) => {
  const file = join(folder(t), "state", "mailed");
  const before = await Sent.open(file, now());
  await Promise.all([before.add("one a@x.org", now()), before.add("two a@x.org", now())]);
  await before[Symbol.asyncDispose]();
  const after = await Sent.open(file, now());
  t.after(() => after[Symbol.asyncDispose]());
  assert.deepEqual(
    ["one a@x.org", "two a@x.org", "one b@x.org"].map((key) => after.has(key)),
    [true, true, false],
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a line that a kill cut in half costs that line alone", async (t) => {
  const file = join(folder(t), "mailed");
  const before = await Sent.open(file, now());
  await before.add("one a@x.org", now());
  await before[Symbol.asyncDispose]();
  appendFileSync(file, `${now()} 0123456789ab`);
  const after = await Sent.open(file, now());
  await after.add("two a@x.org", now());
  await after[Symbol.asyncDispose]();
  const again = await Sent.open(file, now());
  t.after(() => again[Symbol.asyncDispose]());
  assert.deepEqual(
    ["one a@x.org", "two a@x.org"].map((key) => again.has(key)),
    [true, true],
  );
});

test("after two weeks it is forgotten, also by a mailer that never restarts", async (t) => {
  const file = join(folder(t), "mailed");
  const start = epoch(Date.parse("2026-11-01T00:00:00Z"));
  const days = (count: number) => later(start, seconds(count * 86_400));
  const sent = await Sent.open(file, start);
  t.after(() => sent[Symbol.asyncDispose]());
  await sent.add("old", days(0));
  await sent.add("young", days(10));
  await sent.add("today", days(15));
  assert.deepEqual(
    ["old", "young", "today"].map((key) => sent.has(key)),
    [false, true, true],
  );
  assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 2);
  await sent.add("more", days(15));
  assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 3);
});

test("which addresses refuse is known after a restart", async (t) => {
  const file = join(folder(t), "troubles");
  const before = await Troubles.open(file);
  await Promise.all([
    before.add("MAIL a@x.org"),
    before.add("MAIL"),
    before.add("MAIL b@x.org"),
    before.remove("MAIL"),
  ]);
  const after = await Troubles.open(file);
  assert.deepEqual(
    ["MAIL", "MAIL a@x.org", "MAIL b@x.org"].map((tag) => after.has(tag)),
    [false, true, true],
  );
});
