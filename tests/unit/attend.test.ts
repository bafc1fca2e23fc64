import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { test } from "node:test";
import { leave } from "../../src/broker/leave.ts";
import { Spool } from "../../src/broker/spool.ts";
import { makeId } from "../../src/id.ts";
import { now } from "../../src/time.ts";
import { attend } from "../../src/unit/attend.ts";
import { alone } from "../../src/unit/standing.ts";
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
