import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { leave } from "../../src/broker/leave.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { explain, type Trouble } from "../../src/trouble.ts";
import { smallDisk } from "../support/disk.ts";
import { folder } from "../support/folder.ts";
import { asNobody } from "../support/nobody.ts";

const fresh = (): string => makeId(now());

function trouble(act: () => unknown): Trouble {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  assert.equal((thrown as Error | undefined)?.name, "Trouble", String(thrown));
  return thrown as Trouble;
}

test("a message is left whole, under its id, in folders of one's own", (t) => {
  const spool = join(folder(t), "deep", "spool");
  const id = fresh();
  const path = leave(spool, "barks", id, "ä 漢 🐕");
  assert.equal(path, join(spool, "barks", "new", id));
  assert.equal(readFileSync(path, "utf8"), "ä 漢 🐕");
  assert.deepEqual(readdirSync(join(spool, "barks", "tmp")), []);
  assert.equal(statSync(spool).mode & 0o007, 0);
  assert.equal(statSync(join(spool, "barks", "new")).mode & 0o777, 0o700);
});

test("the handler's group may read what is left, whatever the umask says", (t) => {
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  assert.equal(statSync(leave(folder(t), "barks", fresh(), "{}")).mode & 0o777, 0o640);
});

test("the same message left twice is one message", (t) => {
  const spool = folder(t);
  const id = fresh();
  leave(spool, "barks", id, "first");
  mkdirSync(join(spool, "barks", "tmp"), { recursive: true });
  writeFileSync(join(spool, "barks", "tmp", id), "half of an earlier att");
  leave(spool, "barks", id, "second");
  assert.deepEqual(readdirSync(join(spool, "barks", "new")), [id]);
  assert.equal(readFileSync(join(spool, "barks", "new", id), "utf8"), "second");
});

test("a name that is no id cannot leave the spool", (t) => {
  const spool = folder(t);
  for (const id of ["", "..", "../../etc/passwd", "a/b", "x\0y", `${fresh()}/`, ` ${fresh()}`])
    assert.throws(() => leave(spool, "barks", id, "{}"), /no UUID/);
  for (const queue of ["", "..", "a/b", ".hidden", "x\n"])
    assert.throws(() => leave(spool, queue, fresh(), "{}"), /no name for a queue/);
  assert.deepEqual(readdirSync(spool), []);
});

test("in a spool that all may write to and only the handler may list, anybody can leave a message", (t) => {
  const spool = folder(t);
  chmodSync(spool, 0o755);
  for (const name of ["tmp", "new"]) {
    mkdirSync(join(spool, "barks", name), { recursive: true });
    chmodSync(join(spool, "barks", name), 0o1733);
  }
  asNobody(() => leave(spool, "barks", fresh(), "{}"));
  assert.equal(readdirSync(join(spool, "barks", "new")).length, 1);
});

test("where it cannot be left it is said why and what to do, and no half file stays", (t) => {
  const home = folder(t);
  chmodSync(home, 0o755);
  const locked = join(home, "locked");
  mkdirSync(locked, { mode: 0o500 });
  const forbidden = trouble(() => asNobody(() => leave(locked, "barks", fresh(), "{}")));
  assert.match(
    explain(forbidden),
    /cannot leave a message in .*locked\/barks\/new \(EACCES\): .*SHEEPDOG_SPOOL/,
  );
  assert.equal(forbidden.retry, "never");

  const plain = join(home, "plain");
  writeFileSync(plain, "");
  assert.match(
    explain(trouble(() => leave(plain, "barks", fresh(), "{}"))),
    /a file is where a folder belongs/,
  );

  const loop = join(home, "loop");
  symlinkSync("loop", loop);
  assert.match(trouble(() => leave(loop, "barks", fresh(), "{}")).message, /ELOOP|EEXIST|ENOENT/);

  const half = join(home, "half");
  leave(half, "barks", fresh(), "{}");
  if (process.geteuid?.() === 0) chmodSync(half, 0o711);
  chmodSync(join(half, "barks"), 0o711);
  chmodSync(join(half, "barks", "tmp"), 0o777);
  chmodSync(join(half, "barks", "new"), 0o555);
  trouble(() => asNobody(() => leave(half, "barks", fresh(), "{}")));
  assert.deepEqual(readdirSync(join(half, "barks", "tmp")), []);
});

test("on a full disk it is said that it is full, and no half file stays", (t) => {
  const spool = smallDisk(t, "64k");
  if (spool === undefined) return t.skip("this user may not mount a small disk");
  const full = trouble(() => leave(spool, "barks", fresh(), "x".repeat(200_000)));
  assert.match(explain(full), /ENOSPC.*make room/);
  assert.equal(full.retry, "later");
  assert.deepEqual(readdirSync(join(spool, "barks", "tmp")), []);
  assert.ok(existsSync(leave(spool, "barks", fresh(), "{}")));
  spawnSync("mount", ["-o", "remount,ro", spool]);
  assert.match(explain(trouble(() => leave(spool, "barks", fresh(), "{}"))), /EROFS.*read-only/);
});
