import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { box } from "../../src/broker/box.ts";
import { Spool } from "../../src/broker/spool.ts";
import { folder } from "../support/folder.ts";
import { all, DONE, drain } from "./contract.ts";

test("queues of one folder are as open to its group as that is, whatever the umask", async (t) => {
  const spool = folder(t);
  mkdirSync(join(spool, "notify"));
  const group = process.getgid?.() ?? 0;
  chownSync(join(spool, "notify"), -1, group);
  chmodSync(join(spool, "notify"), 0o2770);
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  await new Spool(spool).publish("notify:phone", ["one"]);
  for (const path of ["notify/phone", "notify/phone/tmp", "notify/phone/new"]) {
    const { mode, gid } = statSync(join(spool, path));
    assert.deepEqual([(mode & 0o7777).toString(8), gid], ["2770", group], path);
  }
  assert.equal(process.umask(umask), 0o077);
});

test("where nobody shares, such queues are for their user alone, and are read as any other", async (t) => {
  const spool = folder(t);
  const broker = new Spool(spool);
  await broker.publish("notify:phone", ["one"]);
  await broker.publish("notify:chat", ["two"]);
  assert.equal((statSync(join(spool, "notify/phone/new")).mode & 0o77).toString(8), "0");
  const seen: string[] = [];
  await broker.consume("notify:phone", drain(), all(DONE, seen));
  assert.deepEqual(seen, ["one"]);
  assert.deepEqual(readdirSync(join(spool, "notify")).sort(), ["chat", "phone"]);
});

test("no name of a queue leads out of the spool", () => {
  for (const name of ["notify:..", "notify:.", "notify:", "..", ":phone", "notify:a/b", "a/b", "notify:\n"])
    assert.throws(() => box("/spool", name), /no name for a queue/, name);
  assert.equal(box("/spool", "jobs:nas.example.org").new, "/spool/jobs/nas.example.org/new");
});
