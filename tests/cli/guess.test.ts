import assert from "node:assert/strict";
import { test } from "node:test";
import { guess } from "../../src/cli/guess.ts";

const KNOWN = ["list", "status", "show", "dead", "config"];

test("a slip of the finger finds the word that was meant", () => {
  for (const [slip, meant] of [
    ["lst", "list"],
    ["lsit", "list"],
    ["stauts", "status"],
    ["stat", "status"],
    ["confg", "config"],
    ["daed", "dead"],
  ] as const)
    assert.equal(guess(slip, KNOWN), meant, slip);
});

test("a word that is near none is not guessed at", () => {
  for (const word of ["backup", "xyzzy", "l", "", "x".repeat(100_000)])
    assert.equal(guess(word, KNOWN), undefined, word.slice(0, 20));
});
