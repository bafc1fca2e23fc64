import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { test } from "node:test";
import type { Dead } from "../../src/broker/contract.ts";
import { leave } from "../../src/broker/leave.ts";
import { Spool } from "../../src/broker/spool.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { attend } from "../../src/unit/attend.ts";
import { alone, type Standing } from "../../src/unit/standing.ts";
import { folder } from "../support/folder.ts";
import { until } from "../support/until.ts";

test("the status says how late the newest was, and once nothing waits that it is up to date", async (t) => {
  const spool = folder(t);
  const minuteAgo = (now() - 60_000) / 1000;
  utimesSync(leave(spool, "barks", makeId(now()), "{}"), minuteAgo, minuteAgo);
  const stop = new AbortController();
  const said: string[] = [];
  const standing = { ...alone, status: (status: () => string) => void said.push(status()) };
  const attending = attend(
    new Spool(spool),
    {
      queue: "barks",
      batch: 10,
      once: false,
      signal: stop.signal,
      standing,
      ready: () => undefined,
      lost: () => undefined,
    },
    async (messages) => messages.map(() => ({ kind: "done" })),
  );
  await until("it says both", () => said.length >= 2);
  stop.abort();
  await attending;
  assert.match(said[0] ?? "", /barks handled, 1min.* behind; spool /);
  assert.match(said[1] ?? "", /barks handled, up to date; spool /);
});

test("the status says how many were given up, and where they are seen", async (t) => {
  const broker = new Spool(folder(t));
  const said: string[] = [];
  let buried = 0;
  const standing: Standing = {
    ...alone,
    status: (status) => void said.push(status()),
    buried: (more) => (buried += more),
  };
  const reasons: string[] = [];
  const attending = {
    queue: "barks",
    batch: 10,
    once: true,
    signal: new AbortController().signal,
    standing,
    ready: () => undefined,
    lost: () => undefined,
    buried: (dead: readonly Dead[]) => void reasons.push(...dead.map(({ reason }) => reason)),
  };
  await broker.publish("barks", ["fine"]);
  await attend(broker, attending, async (messages) => messages.map(() => ({ kind: "done" })));
  assert.match(said.at(-1) ?? "", /^0 barks handled, up to date; spool /);
  await broker.publish("barks", ["one", "two"]);
  await attend(broker, attending, async (messages) => messages.map(() => ({ kind: "dead", reason: "why" })));
  assert.match(said.at(-1) ?? "", / handled, up to date, 2 dead: see sheepdog dead list; spool /);
  assert.deepEqual(reasons, ["why", "why"]);
});

test("one bark is one bark", async (t) => {
  const broker = new Spool(folder(t));
  await broker.publish("barks", ["one"]);
  const said: string[] = [];
  let handled = 0;
  const standing: Standing = {
    ...alone,
    status: (status) => void said.push(status()),
    handled: (more) => (handled += more),
  };
  const attending = {
    queue: "barks",
    batch: 10,
    once: true,
    signal: new AbortController().signal,
    standing,
    ready: () => undefined,
    lost: () => undefined,
  };
  await attend(broker, attending, async (messages) => messages.map(() => ({ kind: "done" })));
  assert.match(said.at(-1) ?? "", /^1 bark handled, /);
});
