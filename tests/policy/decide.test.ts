import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LEVELS, type Level } from "../../src/bark.ts";
import { Config } from "../../src/config/schema.ts";
import type { Notice } from "../../src/notice.ts";
import { decide, type Judging } from "../../src/policy/decide.ts";
import { type Filed, file } from "../../src/policy/filed.ts";
import { sight } from "../../src/policy/run.ts";
import { Ways } from "../../src/policy/way.ts";
import type { Subject } from "../../src/subject.ts";
import { epoch, iso } from "../../src/time.ts";

interface Said {
  readonly level: Level;
  readonly at: number;
  readonly mailto?: readonly string[];
}

const HOUR = 3_600_000;
const WAY = new Ways(Config.parse({ policy: { flapping: 0, reminders: [] } })).of("nas", "SCRUB");
const arrive = ({ level, at, mailto }: Said, id = `bark-${at}`): Filed =>
  file(
    {
      id,
      time: iso(epoch(at)),
      host: "nas",
      tag: "SCRUB",
      monitor: "error",
      level,
      summary: level,
      ...(mailto === undefined ? {} : { mailto }),
    },
    { time: epoch(10 * HOUR) },
  );

/** What is told, bark after bark. */
function hear(all: readonly Said[]): {
  readonly told: readonly Notice[];
  readonly subject: Subject | undefined;
} {
  let notices = 0;
  const judging: Judging = {
    now: epoch(20 * HOUR),
    name: () => `notice-${++notices}`,
    mail: { to: ["ops@example.org"], allow: ["*"] },
    way: WAY,
    silence: undefined,
  };
  let subject: Subject | undefined;
  const told: Notice[] = [];
  for (const one of all) {
    const decision = decide(subject, sight(arrive(one), subject, WAY), judging);
    subject = decision.subject;
    if (decision.telling !== undefined) told.push(decision.telling);
  }
  return { told, subject };
}

const kinds = (...all: readonly (readonly [level: Level, at: number])[]): readonly string[] =>
  hear(all.map(([level, at]) => ({ level, at }))).told.map(({ kind }) => kind);

test("nobody is told of what goes well from the first bark on", () => {
  assert.deepEqual(kinds(["ok", 1], ["ok", 2], ["ok", 3]), []);
});

test("one failure is told once, however often it is barked, and its end is told once", () => {
  assert.deepEqual(kinds(["fail", 1], ["fail", 2], ["fail", 3], ["ok", 4], ["ok", 5]), ["bad", "well"]);
});

test("what gets worse than was told is told; what gets a little better, or as bad as before, is not", () => {
  assert.deepEqual(kinds(["warning", 1], ["fail", 2], ["warning", 3], ["fail", 4], ["ok", 5]), [
    "bad",
    "worse",
    "well",
  ]);
  assert.deepEqual(kinds(["warning", 1], ["unknown", 2], ["fail", 3]), ["bad", "worse", "worse"]);
});

test("a subject that fails again after it was well is a new trouble with a thread of its own", () => {
  const { told } = hear([
    { level: "fail", at: 1 },
    { level: "ok", at: 2 },
    { level: "fail", at: 3 },
    { level: "ok", at: 4 },
  ]);
  assert.deepEqual(
    told.map(({ kind, id, thread }) => [kind, id, thread]),
    [
      ["bad", "notice-1", undefined],
      ["well", "notice-2", "notice-1"],
      ["bad", "notice-3", undefined],
      ["well", "notice-4", "notice-3"],
    ],
  );
});

test("a bark that comes late changes nothing and tells nobody", () => {
  const { told, subject } = hear([
    { level: "ok", at: 5 },
    { level: "fail", at: 3 },
    { level: "ok", at: 6 },
  ]);
  assert.deepEqual(told, []);
  assert.equal(subject?.newest, 6);
});

test("the end of a trouble is told to all who were told of it, also where the last bark names others", () => {
  const { told } = hear([
    { level: "warning", at: 1, mailto: ["ann@example.org"] },
    { level: "fail", at: 2, mailto: ["bob@example.org"] },
    { level: "ok", at: 3, mailto: ["eve@example.org"] },
  ]);
  assert.deepEqual(
    told.map(({ everyone }) => everyone),
    [["ann@example.org"], ["ann@example.org", "bob@example.org"], ["ann@example.org", "bob@example.org"]],
  );
});

test("the end says what was told before and when the trouble began", () => {
  const { told } = hear([
    { level: "warning", at: HOUR },
    { level: "fail", at: 2 * HOUR },
    { level: "ok", at: 3 * HOUR },
  ]);
  assert.deepEqual(told.at(-1)?.previous, { level: "fail", since: iso(epoch(HOUR)) });
});

test("a clock in the year 9999 does not make every later bark a late one", () => {
  const future = file(
    { ...arrive({ level: "fail", at: 1 }).bark, time: "9999-12-31T23:59:59.000Z" },
    { time: epoch(HOUR) },
  );
  assert.equal(future.at, HOUR);
  assert.equal(future.bark.time, iso(epoch(HOUR)));
  assert.match(future.remark ?? "", /9999/);
  const slightly = file({ ...future.bark, time: iso(epoch(HOUR + 200_000)) }, { time: epoch(HOUR) });
  assert.equal(slightly.at, HOUR + 200_000, "a clock that is off by minutes is believed");
});

const said = fc.record({ level: fc.constantFrom(...LEVELS), at: fc.integer({ min: 1, max: 40 }) });
const timeline = fc.array(said, { maxLength: 60 });

test("whatever the order of barks: bad, then only worse, then one well; and well only for those who heard", () => {
  fc.assert(
    fc.property(timeline, (all) => {
      let open: Notice | undefined;
      let worst = -1;
      for (const one of hear(all).told) {
        const rank = LEVELS.indexOf(one.bark.level);
        if (one.kind === "bad") assert.equal(open, undefined);
        else assert.equal(one.thread, open?.id);
        if (one.kind === "worse") assert.ok(rank > worst);
        if (one.kind === "well") assert.equal(rank, 0);
        else assert.ok(rank > 0);
        if (one.kind === "bad") open = one;
        if (one.kind === "well") open = undefined;
        worst = one.kind === "well" ? -1 : rank;
      }
    }),
  );
});

test("whatever the order of barks: when the newest says well, every trouble that was told is over", () => {
  fc.assert(
    fc.property(timeline, (all) => {
      const { told } = hear([...all, { level: "ok", at: 41 }]);
      const count = (kind: string): number => told.filter((one) => one.kind === kind).length;
      assert.equal(count("bad"), count("well"));
    }),
  );
});

test("late barks and second copies in between change nothing of what is told", () => {
  fc.assert(
    fc.property(timeline, (all) => {
      let newest = 0;
      const timely = all.filter(({ at }) => {
        const kept = at >= newest;
        newest = Math.max(newest, at);
        return kept;
      });
      assert.deepEqual(
        hear(all).told.map(({ bark, kind }) => [bark, kind]),
        hear(timely).told.map(({ bark, kind }) => [bark, kind]),
      );
      const doubled = timely.flatMap((one) => [one, one]);
      assert.deepEqual(hear(doubled).told, hear(timely).told);
    }),
  );
});
