import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark } from "../../src/bark.ts";
import { logLine } from "../../src/unit/log.ts";

const bark: Bark = {
  id: "0193",
  time: "2026-11-22T18:49:50.123Z",
  host: "penguin2",
  tag: "BORG-ETC",
  monitor: "error",
  level: "fail",
  summary: "exit 2",
  elapsed: 12.4,
};

test("a bark is one line that a person and a log reader understand", () => {
  assert.equal(
    logLine(bark, false),
    'level=fail host=penguin2 tag=BORG-ETC id=0193 elapsed=12.4 summary="exit 2"\n',
  );
});

test("the journal is told how bad it is", () => {
  assert.match(logLine(bark, true), /^<3>level=fail /);
  assert.match(logLine({ ...bark, level: "warning" }, true), /^<4>/);
  assert.match(logLine({ ...bark, level: "unknown" }, true), /^<4>/);
  assert.match(logLine({ ...bark, level: "ok" }, true), /^<6>/);
});

test("a hostile bark cannot forge a line, a field or a colour", () => {
  const line = logLine(
    { ...bark, host: 'a" level=ok x="', tag: "T\nlevel=ok", id: "x y", summary: "\u001b[31m \\n \u202e \r" },
    false,
  );
  assert.equal(
    line,
    'level=fail host="a\\" level=ok x=\\"" tag="T\\nlevel=ok" id="x y" elapsed=12.4 summary="\\e[31m \\\\n \\u202e \\r"\n',
  );
});

test("what is empty is shown as empty", () => {
  assert.match(logLine({ ...bark, summary: "" }, false), / summary=""\n$/);
});
