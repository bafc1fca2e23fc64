import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCode } from "../src/sysexits.ts";
import { Trouble } from "../src/trouble.ts";

const because = (code: string): Trouble =>
  new Trouble("cannot read it", { cause: Object.assign(new Error(code), { code }) });

test("the exit code tells what a user may not do from what is away, what is damaged, a configuration and a bug", () => {
  assert.equal(exitCode(because("EACCES")), 77);
  assert.equal(exitCode(because("EPERM")), 77);
  assert.equal(exitCode(because("ENOENT")), 69);
  assert.equal(exitCode(new Trouble("Redis does not answer", { retry: "later" })), 75);
  assert.equal(exitCode(new Trouble("no such key", { kind: "configuration" })), 78);
  assert.equal(exitCode(new Trouble("stdout is full", { kind: "output" })), 74);
  assert.equal(exitCode(new TypeError("a bug")), 70);
});
