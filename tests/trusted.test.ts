import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { untrusted } from "../src/trusted.ts";
import { folder } from "./support/folder.ts";

/** A file in a folder of this mode, and a link to it from elsewhere. */
function linked(t: TestContext, mode: number): { readonly target: string; readonly link: string } {
  const place = folder(t);
  const store = join(place, "store");
  mkdirSync(store);
  const target = join(store, "rule.pl");
  writeFileSync(target, "");
  chmodSync(target, 0o444);
  chmodSync(store, mode);
  const etc = join(place, "etc");
  mkdirSync(etc, { mode: 0o755 });
  const link = join(etc, "rule.pl");
  symlinkSync(target, link);
  return { target, link };
}

test("a link into a store is relied on, where others may write beside it and not over it", (t) => {
  assert.equal(untrusted(linked(t, 0o1775).link), undefined);
  assert.equal(untrusted(linked(t, 0o755).link), undefined);
});

test("a link to where others may replace the file is not", (t) => {
  assert.match(untrusted(linked(t, 0o775).link) ?? "", /others may write to .*\/store;/);
});

test("nor is a folder that is read as a whole, where others may put something", (t) => {
  const { target } = linked(t, 0o1775);
  assert.match(untrusted(target, dirname(target)) ?? "", /others may write to .*\/store;/);
  assert.equal(untrusted(target), undefined);
});

test("nor is what is somebody else's in such a store", {
  skip: process.getuid?.() === 0 ? false : "only root can give a file to somebody else",
}, (t) => {
  const { target, link } = linked(t, 0o1775);
  chownSync(target, 65_534, 65_534);
  assert.match(untrusted(link) ?? "", /rule\.pl belongs to neither root nor this user/);
});
