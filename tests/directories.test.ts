import assert from "node:assert/strict";
import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lockDirectory, runtimeDirectory, stateDirectory } from "../src/directories.ts";
import { folder } from "./support/folder.ts";

test("a runtime directory that another user's session left in the environment is not used", (t) => {
  const mine = folder(t);
  assert.equal(runtimeDirectory({ XDG_RUNTIME_DIR: mine }), `${mine}/sheepdog`);
  let foreign = "/";
  if (process.geteuid?.() === 0) {
    foreign = join(mine, "foreign");
    mkdirSync(foreign);
    chownSync(foreign, 65_534, 65_534);
  }
  const home = { HOME: mine, XDG_RUNTIME_DIR: foreign };
  assert.equal(runtimeDirectory(home), runtimeDirectory({ HOME: mine }));
  assert.ok(!runtimeDirectory(home).startsWith(`${foreign}/sheepdog`));
  assert.equal(runtimeDirectory({ ...home, XDG_RUNTIME_DIR: join(mine, "gone") }), runtimeDirectory(home));
});

test("only a unit takes the state directory of its service, and a named one is everybody's", () => {
  const environment = {
    STATE_DIRECTORY: "/var/lib/of-a-service:/other",
    SHEEPDOG_STATE: "/named",
    HOME: "/h",
  };
  assert.equal(stateDirectory("unit", environment), "/var/lib/of-a-service");
  assert.equal(stateDirectory("client", environment), "/named");
  assert.equal(stateDirectory("reader", environment), "/named");
});

test("locks are where what is remembered is, which no logout takes away", () => {
  const environment = { SHEEPDOG_STATE: "/named", XDG_RUNTIME_DIR: "/run/user/1" };
  assert.equal(lockDirectory(environment), "/named/locks");
});

test("what root's jobs remember is not in a folder of another user's", {
  skip: process.geteuid?.() === 0 ? false : "needs root",
}, () => {
  assert.equal(stateDirectory("client", { HOME: "/h" }), "/var/lib/sheepdog-root");
  assert.equal(stateDirectory("unit", { HOME: "/h" }), "/var/lib/sheepdog");
});
