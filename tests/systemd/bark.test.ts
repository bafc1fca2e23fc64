import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "../../src/bark.ts";
import { Config } from "../../src/config/schema.ts";
import { failureBark } from "../../src/systemd/bark.ts";
import type { Failure } from "../../src/systemd/failure.ts";
import { epoch } from "../../src/time.ts";

const FAILURE: Failure = {
  unit: "a.service",
  user: "ann",
  invocation: "545ed8e9ba87475aacfd5aebecae2373",
  result: "exit-code",
  status: 3,
  signal: null,
  command: "/bin/false",
  start: epoch(1_795_370_400_000),
  end: epoch(1_795_370_412_000),
  journal: "",
  truncated: false,
};
const CONFIG = Config.parse({ name: "nas", capture: 1024 });

const journal = (text: string): readonly [text: unknown, truncated: unknown] => {
  const { content } = failureBark({ ...FAILURE, journal: text }, CONFIG, undefined);
  return [content?.["journal"], content?.["truncated"]];
};

test("of a journal that is too long the end is kept, from the start of a line", () => {
  const lines = Array.from({ length: 200 }, (_, number) => `line ${number}\n`).join("");
  const [text, truncated] = journal(lines);
  assert.match(String(text), /^line \d+\n[^]*line 199\n$/);
  assert.ok(Buffer.byteLength(String(text)) <= 1024);
  assert.equal(truncated, true);
  assert.deepEqual(journal("all of it\n"), ["all of it\n", false]);
});

test("of one line that is too long its end is kept, and not nothing", () => {
  const [text, truncated] = journal(`${"é".repeat(3000)} the end\n`);
  assert.match(String(text), /^é+ the end\n$/);
  assert.ok(Buffer.byteLength(String(text)) <= 1024);
  assert.equal(truncated, true);
});

test("what takes six bytes for one in JSON still makes a bark that fits", () => {
  const config = Config.parse({ name: "nas", capture: 131_072 });
  const bark = failureBark({ ...FAILURE, journal: "\u0001".repeat(131_072) }, config, undefined);
  assert.ok(Buffer.byteLength(JSON.stringify(bark)) <= LIMITS.bark);
  assert.notEqual(bark.content?.["journal"], "");
});

test("a bark of a failure says how it ended, and is the same bark whoever makes it", () => {
  const one = failureBark(FAILURE, CONFIG, undefined);
  assert.equal(one.summary, "exit 3 after 12s");
  assert.equal(one.id, "545ed8e9-ba87-475a-acfd-5aeb00000000");
  assert.equal(failureBark({ ...FAILURE, result: "watchdog", status: null }, CONFIG, undefined).id, one.id);
  assert.notEqual(failureBark({ ...FAILURE, result: "memory" }, CONFIG, undefined).id, one.id);
});

test("a unit that lost a process and goes on has not failed: that is a warning", () => {
  const { level, summary } = failureBark({ ...FAILURE, result: "memory" }, CONFIG, undefined);
  assert.equal(level, "warning");
  assert.match(summary, /goes on/);
  assert.equal(failureBark({ ...FAILURE, result: "oom-kill" }, CONFIG, undefined).level, "fail");
});
