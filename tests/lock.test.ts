import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Lock } from "../src/lock.ts";
import { folder } from "./support/folder.ts";

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

test("who waits gets it as soon as the holder is killed", async (t) => {
  const file = join(folder(t), "lock");
  const holder = spawn("flock", [file, "-c", "echo held; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  const waiting = Lock.wait(file);
  const both = await Promise.race([
    waiting.then(() => "early"),
    new Promise((resolve) => setTimeout(resolve, 100, "waits")),
  ]);
  assert.equal(both, "waits");
  holder.stdin.end();
  const lock = await waiting;
  assert.ok(lock);
  lock[Symbol.dispose]();
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
