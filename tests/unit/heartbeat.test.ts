import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { seconds } from "../../src/time.ts";
import { heartbeat } from "../../src/unit/heartbeat.ts";

test("a clock that is set back by a day keeps no sign of life back", async (t) => {
  let told = 0;
  const beat = heartbeat(seconds(0.02), () => told++);
  beat();
  const wall = Date.now();
  t.mock.method(Date, "now", () => wall - 86_400_000);
  await sleep(15);
  beat();
  assert.equal(told, 2);
});

test("signs of life that come quicker than anybody wants them are passed on now and then", () => {
  let told = 0;
  const beat = heartbeat(seconds(3600), () => told++);
  for (let turn = 0; turn < 1000; turn++) beat();
  assert.equal(told, 1);
});
