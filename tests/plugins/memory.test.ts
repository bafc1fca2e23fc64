import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { freemem, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import memory from "../../src/plugins/memory.ts";
import { reading } from "../support/reading.ts";

/** Nothing of this machine is wrong by these. */
const CALM = { warn: 0, fail: 0, short: 0 };

test("memory of this machine is told, and its total is a fact", async () => {
  const { level, summary, facts, content } = await reading(memory, CALM);
  assert.equal(level, "ok");
  assert.match(
    summary,
    /^\d+% of \d+(\.\d+)?[MGT]iB memory is available; (no swap|\d+% of .* swap is in use)$/,
  );
  assert.deepEqual(facts?.[0], ["memory", Number(totalmem().toPrecision(3))]);
  assert.ok(Math.abs(Number(content?.["available"]) - freemem()) < totalmem() / 5);
});

test("little available memory is a warning, less is trouble, with the limit", async () => {
  const warning = await reading(memory, { warn: "100%", fail: 0 });
  assert.equal(warning.level, "warning");
  assert.match(warning.summary, /memory is available, limit 100%/);
  const fail = await reading(memory, { warn: "100%", fail: "100%" });
  assert.equal(fail.level, "fail");
});

test("swap in use counts only where memory is short as well", async (t) => {
  if (!swapping(t)) return t.skip("this machine has no swap, and this user may not make some");
  const { level, summary, facts } = await reading(memory, { ...CALM, swap: 0, short: "100%" });
  assert.equal(level, "warning");
  assert.match(summary, /; \d+% of .* swap is in use, limit 0%$/);
  assert.ok(Number(facts?.find(([relation]) => relation === "swap")?.[1]) > 0);
  assert.equal((await reading(memory, { ...CALM, swap: 0, short: 0 })).level, "ok");
});

test("what the kernel kills for want of memory is told once", async (t) => {
  const group = cramped(t);
  if (group === undefined) return t.skip("only root may limit the memory of a process");
  const first = await reading(memory, CALM);
  assert.equal(first.level, "ok");
  const glutton = `echo $$ >${group}/cgroup.procs; exec node -e 'for (let a = []; ; ) a.push(Buffer.alloc(1e6, 1))'`;
  const { signal } = spawnSync("sh", ["-c", glutton], { stdio: "ignore", timeout: 20_000 });
  if (signal !== "SIGKILL") return t.skip("this kernel does not limit the memory of a process");

  const second = await reading(memory, CALM, { before: first.remember });
  assert.equal(second.level, "warning");
  assert.match(
    second.summary,
    /^the kernel killed a process for want of memory since the reading before; see/,
  );
  const third = await reading(memory, CALM, { before: second.remember });
  assert.equal(third.level, "ok");
  const trouble = await reading(memory, { ...CALM, killed: "fail" }, { before: first.remember });
  assert.equal(trouble.level, "fail");
  const calm = await reading(memory, { ...CALM, killed: "ok" }, { before: first.remember });
  assert.deepEqual([calm.level, calm.summary], ["ok", trouble.summary]);
});

test("after another start of the kernel what it killed counts from there", async () => {
  const { remember } = await reading(memory, CALM);
  const { kills } = remember as { kills: number };
  const { content } = await reading(memory, CALM, { before: { boot: "another", kills: 1000 } });
  assert.equal(content?.["killed"], kills);
});

test("what an older version remembered is no trouble", async () => {
  for (const before of [null, 3, "three", { boot: 1 }])
    assert.notEqual((await reading(memory, CALM, { before })).level, "unknown");
});

/** A control group with little memory. */
function cramped(t: TestContext): string | undefined {
  const old = existsSync("/sys/fs/cgroup/memory");
  const group = `${old ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"}/sheepdog-test-${process.pid}`;
  try {
    mkdirSync(group);
    t.after(() => rmdirSync(group));
    writeFileSync(`${group}/${old ? "memory.limit_in_bytes" : "memory.max"}`, `${100 * 1024 * 1024}`);
    return group;
  } catch {
    return undefined; // not root, or a system that allows no groups here
  }
}

/** Whether there is swap, a little of our own where there was none. */
function swapping(t: TestContext): boolean {
  if (readFileSync("/proc/swaps", "latin1").trim().includes("\n")) return true;
  const folder = mkdtempSync(join(tmpdir(), "dog-"));
  const file = join(folder, "swap");
  writeFileSync(file, Buffer.alloc(4 * 1024 * 1024), { mode: 0o600 });
  spawnSync("mkswap", [file]);
  const { status } = spawnSync("swapon", [file]);
  t.after(() => {
    if (status === 0) spawnSync("swapoff", [file]);
    rmSync(folder, { recursive: true });
  });
  return status === 0;
}
