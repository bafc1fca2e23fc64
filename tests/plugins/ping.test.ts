import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import ping from "../../src/plugins/ping.ts";
import { reading } from "../support/reading.ts";

test("the heartbeat is always fine and says what runs", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const { level, summary, facts } = await reading(ping, {});
  assert.equal(level, "ok");
  assert.match(summary, new RegExp(`^Sheepdog ${version} on node ${process.versions.node}, Linux `));
  assert.deepEqual(facts?.[0], ["sheepdog", version]);
});

test("it beats every minute", () => assert.deepEqual(ping.rhythm, { every: "1min" }));
