import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Lock } from "../src/lock.ts";
import { folder } from "./support/folder.ts";
import { asNobody } from "./support/nobody.ts";
import { until } from "./support/until.ts";

test("a lock is held by one, and free again after", (t) => {
  const file = join(folder(t), "deep/lock");
  const first = Lock.try(file);
  assert.ok(first);
  assert.equal(Lock.try(file), undefined);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const second = Lock.try(file);
  assert.ok(second);
  second[Symbol.dispose]();
});

test("who waits gets it as soon as the holder is killed, and not before", async (t) => {
  const file = join(folder(t), "lock");
  const holder = spawn("flock", [file, "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => void holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  let held = true;
  const waiting = Lock.wait(file).then((lock) => ({ lock, early: held }));
  await until("flock(1) is blocked in the kernel", () => blocked(file));
  held = false;
  holder.stdin.end();
  const { lock, early } = await waiting;
  assert.equal(early, false);
  assert.ok(lock);
  lock[Symbol.dispose]();
});

/** Whether somebody waits for the lock: such lines of proc_locks(5) have an arrow. */
function blocked(file: string): boolean {
  const { ino } = statSync(file);
  const lines = readFileSync("/proc/locks", "utf8").split("\n");
  return lines.some((line) => line.includes("->") && line.includes(`:${ino} `));
}

test("a folder that a lock makes may be entered by the group, for the history is for it to read", (t) => {
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  const state = join(folder(t), "state");
  Lock.try(join(state, "handler.lock"))?.[Symbol.dispose]();
  assert.equal(statSync(state).mode & 0o777, 0o750);
});

test("who waits can be told to stop", async (t) => {
  const file = join(folder(t), "lock");
  using lock = Lock.try(file);
  assert.ok(lock);
  const stop = new AbortController();
  const waiting = Lock.wait(file, stop.signal);
  stop.abort();
  assert.equal(await waiting, undefined);
});

test("a lock where there can be none says what to do", (t) => {
  const file = join(folder(t), "file");
  writeFileSync(file, "");
  assert.throws(() => Lock.try(join(file, "lock")), /cannot open the lock .* \((ENOTDIR|EEXIST)\)/);
});

test("a lock that is somebody else's names whom to be", (t) => {
  if (process.getuid?.() !== 0) return t.skip("only root can be somebody else");
  const closed = folder(t);
  chmodSync(closed, 0o700);
  assert.throws(() => asNobody(() => Lock.try(join(closed, "deep", "lock"))), {
    name: "Trouble",
    advice: `${closed} is root's (mode 0700); run this as root`,
  });
});
