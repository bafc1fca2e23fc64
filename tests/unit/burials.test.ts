import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dead } from "../../src/broker/contract.ts";
import { Burials } from "../../src/unit/burials.ts";

const dead = (reason: string): Dead => ({ queue: "barks", id: "1", time: "", reason, body: "" });

test("what was given up is said at once, and then once a minute at the most", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const said: string[] = [];
  const burials = new Burials((line) => void said.push(line));
  burials.tell([dead("not JSON\u001b[2J")]);
  const first = "a bark is dead because: not JSON\\e[2J; see `sheepdog dead list`";
  assert.deepEqual(said, [first]);
  for (let at = 0; at < 1000; at++) burials.tell([dead("too large"), dead("late")]);
  assert.deepEqual(said, [first]);
  t.mock.timers.tick(60_000);
  const second = "2000 barks are dead, the first because: too large; see `sheepdog dead list`";
  assert.deepEqual(said, [first, second]);
  t.mock.timers.tick(60_000);
  burials.tell([dead("anew")]);
  assert.match(said[2] ?? "", /because: anew/);
});

test("what was not said is said at the end", () => {
  const said: string[] = [];
  const burials = new Burials((line) => void said.push(line));
  for (const reason of ["one", "two", "three"]) burials.tell([dead(reason)]);
  burials[Symbol.dispose]();
  assert.deepEqual(
    said.map((line) => line.split(";")[0]),
    ["a bark is dead because: one", "2 barks are dead, the first because: two"],
  );
});
