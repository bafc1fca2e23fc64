import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { glob } from "../../src/plugin/glob.ts";
import { folder } from "../support/folder.ts";

test("a pattern stands for the names that fit, within a name and sorted", async (t) => {
  const home = folder(t);
  for (const name of ["b.tar", "a.tar", "a.tar.gz", ".hidden.tar"]) writeFileSync(join(home, name), "");
  const names = async (pattern: string) =>
    (await glob(join(home, pattern))).map((path) => path.slice(home.length + 1));
  assert.deepEqual(await names("*.tar"), ["a.tar", "b.tar"]);
  assert.deepEqual(await names("?.tar"), ["a.tar", "b.tar"]);
  assert.deepEqual(await names(".*.tar"), [".hidden.tar"]);
  assert.deepEqual(await names("a.tar"), ["a.tar"]);
  assert.deepEqual(await names("none*"), []);
});

test("a folder in the middle may be a pattern; a link to one is not entered", async (t) => {
  const home = folder(t);
  mkdirSync(join(home, "one"));
  writeFileSync(join(home, "one/x"), "");
  symlinkSync(join(home, "one"), join(home, "two"));
  assert.deepEqual(await glob(join(home, "*/x")), [join(home, "one/x")]);
  assert.deepEqual(await glob(join(home, "two/x")), [join(home, "two/x")]);
});

test("a pattern full of stars is no work", async (t) => {
  const home = folder(t);
  writeFileSync(join(home, "a".repeat(200)), "");
  assert.deepEqual(await glob(`${home}/${"*a".repeat(12)}*b`), []);
});
