import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { glob } from "../../src/plugin/glob.ts";
import { folder } from "../support/folder.ts";

test("a pattern stands for the names that fit, within a name and sorted", (t) => {
  const home = folder(t);
  for (const name of ["b.tar", "a.tar", "a.tar.gz", ".hidden.tar"]) writeFileSync(join(home, name), "");
  const names = (pattern: string) => glob(join(home, pattern)).map((path) => path.slice(home.length + 1));
  assert.deepEqual(names("*.tar"), ["a.tar", "b.tar"]);
  assert.deepEqual(names("?.tar"), ["a.tar", "b.tar"]);
  assert.deepEqual(names(".*.tar"), [".hidden.tar"]);
  assert.deepEqual(names("a.tar"), ["a.tar"]);
  assert.deepEqual(names("none*"), []);
});

test("a folder in the middle may be a pattern; a link to one is not entered", (t) => {
  const home = folder(t);
  mkdirSync(join(home, "one"));
  writeFileSync(join(home, "one/x"), "");
  symlinkSync(join(home, "one"), join(home, "two"));
  assert.deepEqual(glob(join(home, "*/x")), [join(home, "one/x")]);
  assert.deepEqual(glob(join(home, "two/x")), [join(home, "two/x")]);
});

test("a pattern full of stars is no work", (t) => {
  const home = folder(t);
  writeFileSync(join(home, "a".repeat(200)), "");
  assert.deepEqual(glob(`${home}/${"*a".repeat(12)}*b`), []);
});
