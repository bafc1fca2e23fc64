import assert from "node:assert/strict";
import { test } from "node:test";
import { type Outage, worsen } from "../../src/mail/outage.ts";
import { patience } from "../../src/mail/patience.ts";
import { epoch, later, seconds } from "../../src/time.ts";

const start = epoch(0);
const at = (span: number) => later(start, seconds(span));

test("a letter refused for now is tried again soon, then ever more rarely, at least once an hour", () => {
  assert.deepEqual(
    [1, 2, 3, 4, 8, 9, 1000].map((attempt) => Math.round(patience(attempt, 0.5))),
    [10, 60, 120, 240, 3600, 3600, 3600],
  );
  assert.ok(patience(1, 0) >= 8 && patience(1, 1) <= 12.001);
});

test("while a server is away it is tried ever more rarely, at least every five minutes", () => {
  let outage: Outage | undefined;
  const tries: number[] = [];
  for (let second = 0; second < 3600; second++)
    if (outage === undefined || at(second) >= outage.until) {
      tries.push(second);
      outage = worsen(outage, "server", "away", at(second), 1);
    }
  assert.deepEqual(tries.slice(0, 9), [0, 5, 15, 35, 75, 155, 315, 615, 915]);
  assert.equal(outage?.since, start);
});

test("several letters that find the server away at once count once", () => {
  const one = worsen(undefined, "server", "away", start, 1);
  assert.deepEqual(worsen(one, "server", "away", start, 1), one);
});

test("one letter that is refused is no outage, and a line that breaks blocks nobody", () => {
  assert.equal(worsen(undefined, "letter", "greylisted", start, 1), undefined);
  assert.equal(worsen(undefined, "connection", "cut", start, 1)?.until, start);
});
