import assert from "node:assert/strict";
import { test } from "node:test";
import { chorus } from "../../src/unit/chorus.ts";
import { alone, type Standing } from "../../src/unit/standing.ts";

function whole(): { readonly said: string[]; readonly standing: Standing } {
  const said: string[] = [];
  return {
    said,
    standing: {
      ...alone,
      ready: (text) => void said.push(`ready: ${text}`),
      status: (text) => void said.push(text()),
      pulse: { every: alone.pulse.every, beat: () => void said.push("beat") },
    },
  };
}

test("a unit of parts is ready when the last of them is, and its status is that of all", () => {
  const { said, standing } = whole();
  const [one, two] = chorus(standing, ["one", "two"]);
  one?.ready("1 handled");
  two?.status(() => "waits");
  two?.ready("2 handled");
  one?.status(() => "3 handled");
  assert.deepEqual(said, [
    "1 handled",
    "1 handled | waits",
    "ready: 1 handled | 2 handled",
    "3 handled | 2 handled",
  ]);
});

test("it lives as long as every part does", () => {
  const { said, standing } = whole();
  const [one, two] = chorus(standing, ["one", "two"]);
  for (let turn = 0; turn < 10; turn++) one?.pulse.beat();
  assert.deepEqual(said, []);
  two?.pulse.beat();
  two?.pulse.beat();
  assert.deepEqual(said, ["beat"]);
  one?.pulse.beat();
  assert.deepEqual(said, ["beat", "beat"]);
});

test("each part counts for itself", () => {
  const [one, two] = chorus(alone, ["one", "two"]);
  assert.deepEqual([one?.handled(2), two?.handled(5), one?.handled(1)], [2, 5, 3]);
});
