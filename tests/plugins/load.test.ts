import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { test } from "node:test";
import load from "../../src/plugins/load.ts";
import { reading } from "../support/reading.ts";

/** Nothing of this machine is wrong by these. */
const CALM = {
  warn: 1e6,
  fail: 1e6,
  "io-warn": "100%",
  "io-fail": "100%",
  "memory-warn": "100%",
  "memory-fail": "100%",
};
const COUNTED = existsSync("/proc/pressure/cpu");

test("the load is told for each core, over five minutes", async () => {
  const { level, summary, facts, content } = await reading(load, CALM);
  assert.equal(level, "ok");
  assert.match(summary, /^load \d+\.\d\d on (one core|each of \d+ cores)/);
  assert.ok(Math.abs(Number(content?.["load"]) - (loadavg()[1] ?? 0)) < 0.5);
  const each = Number(facts?.find(([relation]) => relation === "load")?.[1]);
  assert.ok(Math.abs(each - (loadavg()[1] ?? 0) / cpus().length) < 1);
});

test("a load above the limit is told with the limit", async () => {
  const warning = await reading(load, { ...CALM, warn: 0 });
  assert.equal(warning.level, "warning");
  assert.match(warning.summary, /^load .*, limit 0(;|$)/);
  assert.equal((await reading(load, { ...CALM, warn: 0, fail: 0 })).level, "fail");
});

test("waiting is told as facts in steps of ten per cent", async (t) => {
  if (!COUNTED) return t.skip("this kernel does not count it");
  const { summary, facts } = await reading(load, CALM);
  assert.match(summary, /; some waited for a core \d+% of 5 minutes; all waited for disks/);
  const waits = facts?.filter(([relation]) => relation === "pressure") ?? [];
  assert.deepEqual(
    waits.map(([, kind]) => kind),
    ["cpu", "io", "memory"],
  );
  for (const [, , share] of waits) assert.equal(Number(share) % 10, 0);
});

test("where too much is waited for, only that is told, with the limit", async (t) => {
  if (!COUNTED) return t.skip("this kernel does not count it");
  const { level, summary } = await reading(load, { ...CALM, "io-warn": 0 });
  assert.equal(level, "warning");
  assert.match(summary, /^all waited for disks \d+% of 5 minutes, \d+% of the last, limit 0%$/);
  assert.equal((await reading(load, { ...CALM, "memory-warn": 0, "memory-fail": 0 })).level, "fail");
});
