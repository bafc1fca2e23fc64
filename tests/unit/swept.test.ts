import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { epoch } from "../../src/time.ts";
import { forget, recall, remember } from "../../src/unit/swept.ts";
import { smallDisk } from "../support/disk.ts";

const NOW = epoch(1_795_370_400_000);
const DAY = 86_400_000;
const ago = (days: number) => epoch(NOW - days * DAY);
const run = (unit: string, days: number) => ({ unit, invocation: "545e", since: ago(days) });

test("a unit that failed a month ago and was not seen since is forgotten, with its runs", () => {
  const failing = [
    { unit: "run-u1.service", since: ago(31) },
    { unit: "backup.service", since: ago(29) },
  ];
  const begun = [run("run-u1.service", 30), run("backup.service", 1)];
  assert.deepEqual(forget({ cursor: "c", failing, begun }, NOW), {
    cursor: "c",
    failing: failing.slice(1),
    begun: begun.slice(1),
  });
});

test("of more than a thousand units that failed the newest are remembered", () => {
  const failing = Array.from({ length: 1500 }, (_, n) => ({
    unit: `run-u${n}.service`,
    since: ago(1 - n / 1e6),
  }));
  const kept = forget({ failing, begun: [] }, NOW).failing;
  assert.equal(kept.length, 1000);
  assert.ok(kept.every(({ unit }) => Number(/\d+/.exec(unit)?.[0]) >= 500));
});

test("where there is no room to remember how far it has swept, it says so and keeps what it knew", async (t) => {
  const state = smallDisk(t, "64k");
  if (state === undefined) return t.skip("a disk of its own cannot be mounted here");
  const before = { cursor: "before", failing: [], begun: [] };
  await remember(state, before);
  assert.throws(() => writeFileSync(`${state}/full`, Buffer.alloc(1 << 17)), { code: "ENOSPC" });
  const said = {
    name: "Trouble",
    retry: "later",
    message: /how far it has swept \(ENOSPC\)/,
    advice: /has room/,
  };
  await assert.rejects(remember(state, { ...before, cursor: "after" }), said);
  assert.deepEqual(recall(state), before);
});
