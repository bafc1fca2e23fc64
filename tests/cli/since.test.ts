import assert from "node:assert/strict";
import { test } from "node:test";
import { readSince, readUntil } from "../../src/cli/since.ts";
import { epoch } from "../../src/time.ts";

const NOW = epoch(Date.parse("2026-11-22T18:49:50Z"));
const at = (text: string): string | undefined => {
  const moment = readSince(text, NOW);
  return moment === undefined ? undefined : new Date(moment).toISOString();
};

test("a span is so long ago", () => {
  assert.equal(at("2d"), "2026-11-20T18:49:50.000Z");
  assert.equal(at("1h 30min"), "2026-11-22T17:19:50.000Z");
});

test("of what is to come a span is so long from now", () => {
  assert.equal(readUntil("2w", NOW), Date.parse("2026-12-06T18:49:50Z"));
  assert.equal(readUntil("2026-12-24", NOW), new Date(2026, 11, 24).getTime());
});

test("a time of RFC 3339 is that time", () => {
  assert.equal(at("2026-11-22T18:49:50Z"), "2026-11-22T18:49:50.000Z");
  assert.equal(at("2026-11-22 18:49:50.5+01:00"), "2026-11-22T17:49:50.500Z");
});

test("a date is its midnight on this machine, and a time without a zone this machine's", () => {
  assert.equal(at("2026-11-22"), new Date(2026, 10, 22).toISOString());
  assert.equal(at("2026-11-22 18:49"), new Date(2026, 10, 22, 18, 49).toISOString());
});

test("what is none of these is refused rather than guessed", () => {
  for (const text of [
    "",
    "yesterday",
    "2026",
    "90",
    "2026-13-01",
    "2026-02-30",
    "2026-11-22T25:00Z",
    "-2d",
    "22.11.2026",
  ])
    assert.equal(at(text), undefined, text);
});
