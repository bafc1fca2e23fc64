import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import file from "../../src/plugins/file.ts";
import { folder } from "../support/folder.ts";
import { reading } from "../support/reading.ts";

/** @param hours  ago it was changed */
function put(path: string, content = "x", hours = 0): string {
  writeFileSync(path, content);
  const moment = Date.now() / 1000 - hours * 3600;
  utimesSync(path, moment, moment);
  return path;
}

test("a file that is there is fine, with its size and age", async (t) => {
  const path = put(join(folder(t), "a"), "x".repeat(12_345), 2);
  const { level, summary, facts } = await reading(file, { paths: path });
  assert.deepEqual([level, summary], ["ok", `${path} has 12.1KiB and changed 2h ago`]);
  assert.match(JSON.stringify(facts), /^\[\["file","[^"]+",12300,"\d{4}-\d\d-\d\dT\d\d:\d\dZ"\]\]$/);
});

test("a file that is missing is trouble, or as it should be", async (t) => {
  const path = join(folder(t), "a");
  const { level, summary } = await reading(file, { paths: path });
  assert.deepEqual([level, summary], ["fail", `${path} is not there`]);
  assert.equal((await reading(file, { paths: path, otherwise: "warning" })).level, "warning");
  const absent = await reading(file, { paths: path, absent: true });
  assert.deepEqual([absent.level, absent.summary], ["ok", `${path} is not there, as it should be`]);
  put(path);
  assert.equal(
    (await reading(file, { paths: path, absent: true })).summary,
    `${path} is there, and should not be`,
  );
});

test("age and size are compared", async (t) => {
  const path = put(join(folder(t), "a"), "x", 30);
  truncateSync(path, 5 * 1024 * 1024);
  utimesSync(path, Date.now() / 1000 - 108_000, Date.now() / 1000 - 108_000);
  const said = async (settings: object) => (await reading(file, { paths: path, ...settings })).summary;
  assert.equal(await said({ newer: "26h" }), `${path} changed 1d 6h ago, not within 1d 2h`);
  assert.equal(await said({ older: "2d" }), `${path} changed 1d 6h ago, less than 2d`);
  assert.equal(await said({ larger: "10MiB" }), `${path} has 5MiB, not more than 10MiB`);
  assert.equal(await said({ smaller: "1MiB" }), `${path} has 5MiB, not less than 1MiB`);
  const all = { newer: "2d", older: "1d", larger: "1MiB", smaller: "10MiB" };
  assert.equal((await reading(file, { paths: path, ...all })).level, "ok");
});

test("what is in a file is held against a regular expression, line by line", async (t) => {
  const path = put(join(folder(t), "a"), "one\nstate=ok\ntwo\n");
  assert.equal((await reading(file, { paths: path, match: "^state=(ok|fine)$" })).level, "ok");
  const { level, summary } = await reading(file, { paths: path, match: "^state=bad" });
  assert.deepEqual([level, summary], ["fail", `${path} holds nothing that fits ^state=bad`]);
  assert.match((await reading(file, { paths: path, match: "(" })).summary, /is no regular expression/);
});

test("an expression that would take years is given up", async (t) => {
  const path = put(join(folder(t), "a"), `${"a".repeat(60)}b`);
  const { level, summary } = await reading(file, { paths: path, match: "^(a+)+$" });
  assert.deepEqual([level, /takes too long/.test(summary)], ["unknown", true]);
});

test("of a folder the newest file counts, however deep: did the backup change?", async (t) => {
  const home = folder(t);
  mkdirSync(join(home, "a/b"), { recursive: true });
  put(join(home, "old"), "x", 100);
  const deep = put(join(home, "a/b/new"), "x", 3);
  const { level, summary } = await reading(file, { paths: home, newer: "26h" });
  assert.deepEqual([level, summary], ["ok", `${deep}, the newest of ${home}, has 1B and changed 3h ago`]);
  assert.equal((await reading(file, { paths: home, newer: "1h" })).level, "fail");
});

test("of a pattern the newest file counts", async (t) => {
  const home = folder(t);
  put(join(home, "db-1.gz"), "x", 50);
  put(join(home, "db-2.gz"), "x", 2);
  put(join(home, "other"));
  const { facts, content, level } = await reading(file, { paths: join(home, "db-*.gz"), newer: "26h" });
  assert.equal(level, "ok");
  assert.equal(facts?.[0]?.[1], join(home, "db-*.gz"));
  assert.match(JSON.stringify(content), /db-2\.gz/);
});

test("links are not followed out of a folder, and not by a pattern; a link that is named is", async (t) => {
  const home = folder(t);
  mkdirSync(join(home, "in"));
  mkdirSync(join(home, "out"));
  put(join(home, "in/old"), "x", 100);
  const fresh = put(join(home, "out/fresh"));
  symlinkSync(join(home, "out"), join(home, "in/folder"));
  symlinkSync(fresh, join(home, "in/file"));
  symlinkSync(join(home, "in"), join(home, "in/round"));
  assert.equal((await reading(file, { paths: join(home, "in"), newer: "1h" })).level, "fail");
  assert.equal((await reading(file, { paths: join(home, "in/*"), newer: "1h" })).level, "fail");
  assert.equal((await reading(file, { paths: join(home, "in/file"), newer: "1h" })).level, "ok");
});

test("an empty folder is told", async (t) => {
  const home = folder(t);
  assert.equal((await reading(file, { paths: home })).summary, `${home} holds no file`);
});

test("several are looked at, and what cannot be is unknown", async (t) => {
  const home = folder(t);
  const fine = put(join(home, "a"));
  assert.equal((await reading(file, { paths: [fine, fine] })).summary, "all 2 are as they should be");
  symlinkSync("loop", join(home, "loop"));
  const { level, summary } = await reading(file, { paths: [fine, join(home, "loop")] });
  assert.deepEqual([level, summary], ["unknown", `cannot look at ${join(home, "loop")} (ELOOP)`]);
});
