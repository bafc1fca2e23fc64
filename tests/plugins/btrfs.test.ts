// A real file system on a loop device, where this machine can mount one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import btrfs from "../../src/plugins/btrfs.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";

const able =
  process.getuid?.() === 0 &&
  spawnSync("sh", ["-c", "command -v mkfs.btrfs && grep -qw btrfs /proc/filesystems"]).status === 0;
const skip = able ? false : "needs root, mkfs.btrfs and a kernel with btrfs";

function mounted(t: TestContext): string {
  let place = "";
  t.after(() => spawnSync("umount", [place])); // before its folder goes
  const home = folder(t);
  const image = join(home, "image");
  place = join(home, "mnt");
  writeFileSync(image, "");
  truncateSync(image, 300 * 1024 * 1024);
  mkdirSync(place);
  const { status, stderr } = spawnSync("sh", [
    "-c",
    `mkfs.btrfs -q ${image} && mount -o loop ${image} ${place}`,
  ]);
  assert.equal(status, 0, String(stderr));
  return place;
}

test("one that was never scrubbed is a warning, and fine once it was", { skip }, async (t) => {
  const place = mounted(t);
  const never = await reading(btrfs, {});
  assert.equal(never.level, "warning");
  assert.ok(never.summary.includes(`${place}: was never scrubbed`), never.summary);
  assert.deepEqual(
    never.facts?.find(([, where]) => where === place),
    ["btrfs", place, 0, 0],
  );
  assert.equal(spawnSync("btrfs", ["scrub", "start", "-B", place]).status, 0);
  const done = await reading(btrfs, {});
  assert.ok(!done.summary.includes(`${place}: was never`), done.summary);
  const old = await reading(btrfs, { warn: "0s", fail: "0s" });
  assert.match(old.summary, new RegExp(`${place}: the last scrub is [\\d.]+m?s old`));
});

/** What the kernel tells, copied from a real one, with numbers of ours. */
function told(t: TestContext, { read = 0, missing = 0 }): string {
  const home = folder(t);
  const device = join(home, "410b3927-3fdd-4202-9a4e-a9d68222fbfc/devinfo/1");
  mkdirSync(device, { recursive: true });
  mkdirSync(join(home, "features"));
  const stats = `write_errs 0\nread_errs ${read}\nflush_errs 0\ncorruption_errs 2\ngeneration_errs 0\n`;
  writeFileSync(join(device, "error_stats"), read === 0 ? stats.replace("2", "0") : stats);
  writeFileSync(join(device, "missing"), `${missing}\n`);
  return home;
}
const NAME = "410b3927-3fdd-4202-9a4e-a9d68222fbfc";

test("errors of a device are trouble, with what kind they are", async (t) => {
  const { level, summary, facts } = await reading(btrfs, { system: told(t, { read: 3 }) });
  assert.deepEqual([level, summary], ["fail", `${NAME}: errors of device 1 (3 read, 2 corruption)`]);
  assert.deepEqual(facts, [["btrfs", NAME, 5, 0]]);
});

test("a device that is missing is trouble", async (t) => {
  const { level, summary } = await reading(btrfs, { system: told(t, { missing: 1 }) });
  assert.deepEqual([level, summary], ["fail", `${NAME}: 1 of its devices is missing`]);
});

test("without errors all is well; without btrfs it is unknown", async (t) => {
  assert.equal((await reading(btrfs, { system: told(t, {}) })).level, "ok");
  assert.match(
    (await reading(btrfs, { system: folder(t) })).summary,
    /^no file system of btrfs is mounted here/,
  );
});
