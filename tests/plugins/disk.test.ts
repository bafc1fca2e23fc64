import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseMounts } from "../../src/mount.ts";
import disk from "../../src/plugins/disk.ts";
import { smallDisk } from "../support/disk.ts";
import { deadMount, loopDisk } from "../support/mounts.ts";
import { reading } from "../support/reading.ts";

const NO = "only root may mount";

test("the root of this machine is watched without being told", async () => {
  const { level, summary, facts, elapsed } = await reading(disk, {
    warn: "100%",
    fail: "100%",
    "warn-free": 0,
  });
  assert.equal(level, "ok");
  assert.match(summary, /file systems?, fullest \/.* with \d+%$/);
  const root = facts?.find(([relation, mount]) => relation === "disk" && mount === "/");
  assert.ok(Number(root?.[2]) > 0 && Number(root?.[3]) <= Number(root?.[2]));
  assert.ok((elapsed ?? 9) < 2);
});

test("file systems of the kernel and other places of the same disk are not told", async () => {
  const { facts } = await reading(disk);
  const mounts = (facts ?? []).filter(([relation]) => relation === "disk").map(([, mount]) => mount);
  assert.deepEqual(
    mounts.filter((mount) => /^\/(proc|sys|dev\/pts)/.test(String(mount))),
    [],
  );
  const all = parseMounts(readFileSync("/proc/self/mountinfo", "utf8"));
  const devices = mounts.map((path) => all.find((mount) => mount.path === path)?.device);
  assert.equal(new Set(devices).size, devices.length);
});

test("a full file system is trouble, with what is left and the limit", async (t) => {
  const path = smallDisk(t, "4m");
  if (path === undefined) return t.skip(NO);
  const empty = await reading(disk, { mounts: [path] });
  assert.deepEqual([empty.level, empty.summary], ["ok", `1 file system, fullest ${path} with 0%`]);

  writeFileSync(join(path, "most"), Buffer.alloc(3.6 * 1024 * 1024));
  const fuller = await reading(disk, { mounts: [path] });
  assert.equal(fuller.level, "warning");
  assert.equal(fuller.summary, `${path} is 90% full, 408KiB left, limit 85%`);

  writeFileSync(join(path, "rest"), Buffer.alloc(300 * 1024));
  const full = await reading(disk, { mounts: [path] });
  assert.equal(full.level, "fail");
  assert.equal(full.summary, `${path} is 97% full, 108KiB left, limit 95%`);
  const [size, used] = full.facts?.find(([relation]) => relation === "disk")?.slice(2) ?? [];
  assert.equal(size, 4_190_000);
  assert.equal(used, Math.round(97 * 41_943.04));
});

test("while enough space is left per cent do not count", async (t) => {
  const path = smallDisk(t, "4m");
  if (path === undefined) return t.skip(NO);
  writeFileSync(join(path, "most"), Buffer.alloc(3.9 * 1024 * 1024));
  const settings = { mounts: [path], "warn-free": "50KiB", "fail-free": "10KiB" };
  assert.equal((await reading(disk, settings)).level, "ok");
  assert.equal((await reading(disk, { ...settings, "warn-free": "1MiB" })).level, "warning");
});

test("a file system without inodes is trouble though it is empty", async (t) => {
  const path = loopDisk(t, "rw");
  if (path === undefined) return t.skip(NO);
  for (let at = 0; ; at++)
    try {
      writeFileSync(join(path, `file${at}`), "");
    } catch {
      break; // none is left
    }
  const { level, summary, facts } = await reading(disk, { mounts: [path] });
  assert.equal(level, "fail");
  assert.equal(summary, `${path} has 100% of its inodes in use, 0 left, limit 95%`);
  assert.equal(facts?.find(([relation]) => relation === "inodes")?.[3], 100);
});

test("a file system that becomes read-only is trouble until it can be written again", async (t) => {
  const path = loopDisk(t, "rw");
  if (path === undefined) return t.skip(NO);
  const settings = { mounts: [path] };
  const first = await reading(disk, settings);
  spawnSync("mount", ["-o", "remount,ro", path]);
  const second = await reading(disk, settings, { before: first.remember });
  assert.equal(second.level, "fail");
  assert.match(second.summary, /\(\/dev\/loop\d+\) has become read-only; see `journalctl -k`$/);
  const third = await reading(disk, settings, { before: second.remember });
  assert.equal(third.level, "fail");
  spawnSync("mount", ["-o", "remount,rw", path]);
  assert.equal((await reading(disk, settings, { before: third.remember })).level, "ok");
});

test("a file system that was mounted read-only is no trouble", async (t) => {
  const path = loopDisk(t, "ro");
  if (path === undefined) return t.skip(NO);
  const { level, remember: before } = await reading(disk, { mounts: [path] });
  assert.equal(level, "ok");
  assert.equal((await reading(disk, { mounts: [path] }, { before })).level, "ok");
});

test("a file system that may become read-only is no trouble when it does", async (t) => {
  const path = loopDisk(t, "rw");
  if (path === undefined) return t.skip(NO);
  const settings = { mounts: [path], "read-only": [path] };
  const { remember: before } = await reading(disk, settings);
  spawnSync("mount", ["-o", "remount,ro", path]);
  assert.equal((await reading(disk, settings, { before })).level, "ok");
});

test("a file system that the kernel gave up after an error is trouble at the first look", async (t) => {
  const path = loopDisk(t, "rw,errors=remount-ro");
  if (path === undefined) return t.skip(NO);
  spawnSync("mount", ["-o", "remount,abort", path]); // what ext4 has for tests: as if the disk had failed
  const { level, summary } = await reading(disk, { mounts: [path] });
  assert.equal(level, "fail");
  assert.match(summary, /has become read-only|was given up by the kernel/);
});

test("a mount in the sandbox, read-only only there, is not taken for a failed disk", async (t) => {
  const path = loopDisk(t, "rw");
  if (path === undefined) return t.skip(NO);
  const { remember: before } = await reading(disk, { mounts: [path] });
  spawnSync("mount", ["-o", "remount,bind,ro", path]);
  assert.equal((await reading(disk, { mounts: [path] }, { before })).level, "ok");
});

test("a dead server is named, and the others are judged meanwhile", { timeout: 20_000 }, async (t) => {
  const dead = await deadMount(t);
  const path = smallDisk(t, "4m");
  if (dead === undefined || path === undefined) return t.skip(NO);
  writeFileSync(join(path, "most"), Buffer.alloc(3.6 * 1024 * 1024));
  const { level, summary, facts, elapsed } = await reading(disk, { mounts: [dead, path], patience: "500ms" });
  assert.equal(level, "unknown");
  assert.equal(
    summary,
    `${dead} (far:/away) did not answer within 500ms; ${path} is 90% full, 408KiB left, limit 85%`,
  );
  assert.deepEqual(
    facts?.map(([, mount]) => mount),
    [path, path],
  );
  assert.ok((elapsed ?? 9) < 5);
});

test("what should be mounted and is not is trouble", async () => {
  const { level, summary } = await reading(disk, { mounts: ["/srv/no-such-mount"] });
  assert.deepEqual([level, summary], ["fail", "nothing is mounted on /srv/no-such-mount"]);
});

test("a mount is found by its name, also one with a blank", () => {
  const line =
    "60 26 0:52 / /srv/my\\040disk rw,relatime shared:1 - ext4 /dev/sd\\040a rw,errors=remount-ro\n";
  assert.deepEqual(parseMounts(line), [
    {
      path: "/srv/my disk",
      device: "0:52",
      root: "/",
      type: "ext4",
      source: "/dev/sd a",
      options: ["rw", "errors=remount-ro"],
    },
  ]);
});
