// Captured texts of /proc/mdstat, or made after drivers/md/md.c: the machines that test this have no md in their kernel.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import raid from "../../src/plugins/raid.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";

const read = (t: TestContext, body: string, settings: object = {}) => {
  const path = join(folder(t), "mdstat");
  writeFileSync(path, `Personalities : [raid1] [raid6] [raid5] [raid4]\n${body}\nunused devices: <none>\n`);
  return reading(raid, { path, ...settings });
};

const WHOLE = `md0 : active raid1 sdb1[1] sda1[0]
      1046528 blocks super 1.2 [2/2] [UU]
      bitmap: 0/8 pages [0KB], 65536KB chunk
`;

test("arrays that are whole are fine", async (t) => {
  const { level, summary, facts } = await read(t, WHOLE);
  assert.deepEqual([level, summary], ["ok", "the array is whole: md0 (raid1)"]);
  assert.deepEqual(facts, [["raid", "md0", "raid1", "clean"]]);
});

test("an array that has lost a member is trouble, and says which one failed", async (t) => {
  const { level, summary, facts } = await read(
    t,
    `${WHOLE}
md127 : active raid5 sdd1[3](F) sdc1[1] sde1[0]
      3906764800 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/2] [UU_]
`,
  );
  assert.equal(level, "fail");
  assert.equal(summary, "md127 (raid5) is degraded, 1 of its members is missing, sdd1 failed");
  assert.deepEqual(facts?.[1], ["raid", "md127", "raid5", "degraded"]);
});

test("while it recovers it is a warning that says how far it is", async (t) => {
  const { level, summary, facts } = await read(
    t,
    `md1 : active raid1 sdc3[2] sda3[0]
      292945152 blocks super 1.2 [2/1] [U_]
      [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec
`,
  );
  assert.equal(level, "warning");
  assert.equal(summary, "md1 (raid1) is degraded, 1 of its members is missing, is recovering (12.6%)");
  assert.deepEqual(facts, [["raid", "md1", "raid1", "recovering"]]);
});

test("a resync that waits is a warning, a check in its turn is none", async (t) => {
  const body = (line: string) => `md2 : active (auto-read-only) raid6 sda[0] sdb[1] sdc[2] sdd[3](S)
      100 blocks super 1.2 level 6, 512k chunk, algorithm 2 [3/3] [UUU]
      ${line}
`;
  const waits = await read(t, body("  resync=PENDING"));
  assert.deepEqual(
    [waits.level, waits.summary],
    ["warning", "md2 (raid6) is being made consistent again (not begun)"],
  );
  const check = await read(
    t,
    body("[>....................]  check =  2.0% (2/100) finish=1.0min speed=1K/sec"),
  );
  assert.equal(check.level, "ok");
  assert.deepEqual(check.facts, [["raid", "md2", "raid6", "check"]]);
});

test("an array that does not run, or is not there, is trouble", async (t) => {
  const inactive = await read(t, "md3 : inactive sdf[1](S)\n      976631 blocks super 1.2\n");
  assert.deepEqual([inactive.level, inactive.summary], ["fail", "md3 does not run (sdf)"]);
  const gone = await read(t, WHOLE, { arrays: ["md0", "md9"] });
  assert.deepEqual([gone.level, gone.summary], ["fail", "md9 is not there"]);
});

test("without redundancy there is nothing to lose", async (t) => {
  const { level } = await read(
    t,
    "md4 : active raid0 sda[0] sdb[1]\n      200 blocks super 1.2 512k chunks\n",
  );
  assert.equal(level, "ok");
});

test("a machine without arrays is unknown, with what to do", async (t) => {
  assert.match((await read(t, "")).summary, /^there is no array on this machine/);
});

test("a kernel without md is unknown", {
  skip: existsSync("/proc/mdstat") && "this one has it",
}, async () => {
  const { level, summary } = await reading(raid, {});
  assert.deepEqual([level, /cannot read \/proc\/mdstat/.test(summary)], ["unknown", true]);
});
