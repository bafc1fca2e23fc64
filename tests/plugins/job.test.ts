import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bark, Level } from "../../src/bark.ts";
import { readActions } from "../../src/plugin/actions.ts";
import { received } from "../../src/plugin/content.ts";
import job from "../../src/plugins/job.ts";

const wanted = (level: Level, content: Bark["content"]): readonly string[] => {
  const bark: Bark = {
    id: "1",
    time: "2026-11-22T18:00:00.000Z",
    host: "web1",
    tag: "job ban address=203.0.113.9",
    monitor: "job",
    level,
    summary: "done in 40ms, as somebody asked",
    ...(content === undefined ? {} : { content }),
  };
  assert.ok(job.receiver !== undefined);
  return readActions(job.receiver(received(bark, job) as never)).notices.map(({ summary }) => summary);
};

const SAID = ["done in 40ms, as somebody asked"];

test("what rules have asked is told when it was done, and undone; a failure is a state, and told as one", () => {
  for (const phase of ["run", "undo", "renewed"])
    assert.deepEqual(wanted("ok", { phase, by: "handler" }), SAID);
  assert.deepEqual(wanted("fail", { phase: "run", by: "handler" }), []);
});

test("what people have asked is not told when it went well", () => {
  for (const phase of ["run", "undo", "planned", "cancelled"])
    assert.deepEqual(wanted("ok", { phase, by: "alice@example.org" }), []);
});

test("a refusal is told, whoever asked, or said to", () => {
  for (const by of ["handler", "alice@example.org", ""])
    assert.deepEqual(wanted("ok", { phase: "refused", by, why: "it is not signed" }), SAID);
});

test("barks of the agent itself are told as what they are", () => {
  assert.deepEqual(wanted("fail", {}), []);
  assert.deepEqual(wanted("ok", undefined), []);
});
