import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Bark, LEVELS, type Level } from "../../src/bark.ts";
import { Config } from "../../src/config/schema.ts";
import type { Notice } from "../../src/notice.ts";
import { decide, type Decision, type Judging } from "../../src/policy/decide.ts";
import { file } from "../../src/policy/filed.ts";
import { round } from "../../src/policy/round.ts";
import { sight } from "../../src/policy/run.ts";
import { silencedUntil, type Silencing } from "../../src/policy/silence.ts";
import { wakeAt } from "../../src/policy/wake.ts";
import { Ways } from "../../src/policy/way.ts";
import type { Subject } from "../../src/subject.ts";
import { type Epoch, epoch, iso } from "../../src/time.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 25);
const HOST = "nas";
const TAG = "SCRUB";

/** One thing that happens to a subject, or to who watches it. */
type Event =
  | { readonly kind: "bark"; readonly level: Level; readonly expect?: string }
  | { readonly kind: "late"; readonly level: Level; readonly by: number }
  | { readonly kind: "wait"; readonly minutes: number }
  | { readonly kind: "silence"; readonly minutes: number }
  | { readonly kind: "mute"; readonly minutes: number }
  | { readonly kind: "end" }
  | { readonly kind: "ack" }
  | { readonly kind: "restart" }
  | { readonly kind: "set the clock"; readonly minutes: number };

/** A world of one subject, whose rounds are made every minute. */
class World {
  now = epoch(START);
  subject: Subject | undefined;
  last: Bark | undefined;
  silences: Silencing[] = [];
  /** Until when a rule mutes it. */
  mute = epoch(0);
  /** How often that was asked. */
  asked = 0;
  /** As what it was seen then. */
  seen: string | undefined;
  readonly told: (Notice & { readonly silenced: boolean })[] = [];
  readonly ways: Ways;
  #count = 0;

  constructor(settings: object = {}) {
    this.ways = new Ways(Config.parse({ mail: { to: "ops@example.org" }, ...settings }));
  }

  get silenced(): Epoch | undefined {
    return silencedUntil(this.silences, HOST, TAG, this.now);
  }

  happen(event: Event): void {
    switch (event.kind) {
      case "bark":
        return this.bark(event.level, this.now, event.expect);
      case "late":
        return this.bark(event.level, epoch(this.now - event.by * MINUTE));
      case "wait":
        for (let minute = 0; minute < event.minutes; minute++) {
          this.now = epoch(this.now + MINUTE);
          this.rounds();
        }
        return;
      case "silence":
        this.silences.push({
          host: "*",
          tag: TAG,
          since: this.now,
          until: epoch(this.now + event.minutes * MINUTE),
        });
        return this.rounds(true);
      case "mute":
        this.mute = epoch(this.now + event.minutes * MINUTE);
        return;
      case "end":
        this.silences = [];
        this.mute = epoch(0);
        return this.rounds(true);
      case "ack":
        if (this.subject !== undefined && this.subject.level !== "ok")
          this.subject = {
            ...this.subject,
            regard: { ...this.subject.regard, ack: { by: "ann", why: "on it", time: this.now } },
          };
        return;
      case "restart":
        this.subject = this.subject && (JSON.parse(JSON.stringify(this.subject)) as Subject);
        return;
      case "set the clock":
        this.now = epoch(this.now + event.minutes * MINUTE);
        return;
      default:
        event satisfies never;
    }
  }

  bark(level: Level, at: Epoch, expect?: string): void {
    const id = `bark-${++this.#count}`;
    const about = { id, time: iso(at), host: HOST, tag: TAG, monitor: "error", level, summary: level };
    const filed = file(expect === undefined ? about : { ...about, expect }, { time: this.now });
    const judging = this.judging();
    const newer = this.subject === undefined || filed.at >= this.subject.newest;
    this.take(decide(this.subject, sight(filed, this.subject, judging.way), judging));
    if (newer) this.last = filed.bark;
  }

  rounds(all = false): void {
    if (this.subject === undefined) return;
    const wake = wakeAt(this.subject, this.ways.of(HOST, TAG));
    if (all || (wake !== undefined && wake <= this.now))
      this.take(round(this.subject, this.last, this.judging()));
  }

  judging(): Judging {
    return {
      now: this.now,
      name: () => `notice-${++this.#count}`,
      mail: { to: ["ops@example.org"], allow: ["*"] },
      way: this.ways.of(HOST, TAG),
      silence: this.silenced,
      muted: (subject) => {
        this.asked++;
        this.seen = subject.level;
        return this.mute > this.now;
      },
    };
  }

  take({ subject, telling }: Decision): void {
    this.subject = subject;
    const silenced = this.silenced !== undefined || this.mute > this.now;
    if (telling !== undefined) this.told.push({ ...telling, silenced });
  }

  kinds = (): readonly string[] => this.told.map(({ kind }) => kind);
}

const after = (settings: object, ...events: readonly Event[]): World => {
  const world = new World(settings);
  for (const event of events) world.happen(event);
  return world;
};
const bark = (level: Level, expect?: string): Event =>
  expect === undefined ? { kind: "bark", level } : { kind: "bark", level, expect };
const wait = (minutes: number): Event => ({ kind: "wait", minutes });
const silence = (minutes: number): Event => ({ kind: "silence", minutes });
const mute = (minutes: number): Event => ({ kind: "mute", minutes });

test("a trouble that lasts is told again after an hour, four, and then once a day, until it is well", () => {
  const { told } = after({}, bark("fail"), wait(60 * 24 * 3), bark("ok"), wait(60 * 24));
  assert.deepEqual(
    told.map(({ kind, time }) => [kind, (Date.parse(time) - START) / MINUTE / 60]),
    [
      ["bad", 0],
      ["reminder", 1],
      ["reminder", 5],
      ["reminder", 29],
      ["reminder", 53],
      ["well", 72],
    ],
  );
});

test("without reminders it is told once", () => {
  assert.deepEqual(after({ policy: { reminders: [] } }, bark("fail"), wait(3000)).kinds(), ["bad"]);
});

test("what is acknowledged is not told again until it is well, but worse is", () => {
  const events = [
    bark("warning"),
    { kind: "ack" },
    wait(3000),
    bark("fail"),
    wait(3000),
    bark("ok"),
    bark("fail"),
  ] as const;
  assert.deepEqual(after({}, ...events, wait(60)).kinds(), ["bad", "worse", "well", "bad", "reminder"]);
});

test("nothing is told while it is silenced, and at the end of the silence what is still bad is", () => {
  assert.deepEqual(after({}, silence(60), bark("fail"), wait(59)).kinds(), []);
  assert.deepEqual(after({}, silence(60), bark("fail"), wait(60)).kinds(), ["bad"]);
  assert.deepEqual(after({}, silence(60), bark("fail"), wait(10), bark("ok"), wait(90)).kinds(), []);
  assert.deepEqual(after({}, silence(60), bark("fail"), { kind: "end" }).kinds(), ["bad"]);
});

test("who was told before a silence is told at its end, or of the end of the trouble in between", () => {
  assert.deepEqual(after({}, bark("fail"), silence(30), wait(31)).kinds(), ["bad", "reminder"]);
  assert.deepEqual(after({}, bark("fail"), silence(30), bark("ok"), wait(31)).kinds(), ["bad", "well"]);
});

test("what did not come is told at the end of a silence, and when it is missing for long enough", () => {
  const missing = after({}, silence(60), bark("ok", "30min"), wait(100));
  assert.deepEqual(missing.kinds(), ["bad"]);
  assert.equal(missing.told[0]?.level, "missing");
  assert.deepEqual(after({}, bark("ok", "30min"), mute(90), wait(100)).kinds(), ["bad"]);
  assert.deepEqual(after({ policy: { for: "20min" } }, bark("ok", "30min"), wait(100)).kinds(), ["bad"]);
});

test("what a rule mutes is told by the next rounds once it does so no more, and nothing of it that is well by then", () => {
  assert.deepEqual(after({}, mute(60), bark("fail"), wait(59)).kinds(), []);
  assert.deepEqual(after({}, mute(60), bark("fail"), wait(60)).kinds(), ["bad"]);
  assert.deepEqual(after({}, mute(60), bark("fail"), wait(10), bark("ok"), wait(90)).kinds(), []);
  assert.deepEqual(after({}, mute(60), bark("fail"), { kind: "end" }).kinds(), ["bad"]);
  const confirmed = { policy: { after: 3 } };
  assert.deepEqual(after(confirmed, mute(60), bark("fail"), bark("fail"), wait(100)).kinds(), []);
  assert.deepEqual(after(confirmed, mute(9), bark("fail"), bark("fail"), bark("fail"), wait(9)).kinds(), [
    "bad",
  ]);
});

test("who was told before a rule mutes it hears that it is well, and what was to be told meanwhile at its end", () => {
  assert.deepEqual(after({}, bark("fail"), mute(30), bark("ok"), wait(31)).kinds(), ["bad", "well"]);
  assert.deepEqual(after({}, bark("warning"), mute(30), bark("fail"), wait(31)).kinds(), ["bad", "worse"]);
  assert.deepEqual(after({}, bark("fail"), mute(90), wait(91)).kinds(), ["bad", "reminder"]);
  // Nothing was to be told.
  assert.deepEqual(after({}, bark("fail"), mute(30), wait(31)).kinds(), ["bad"]);
});

test("whether a rule mutes it is asked only where there is something to tell, of how it stands by then", () => {
  assert.equal(after({}, bark("ok"), bark("ok"), wait(30)).asked, 0);
  const world = after({}, bark("ok"), bark("fail"));
  assert.deepEqual([world.asked, world.seen], [1, "fail"]);
  assert.equal(after({}, bark("fail"), bark("fail"), bark("fail"), wait(30), bark("ok")).asked, 1);
  assert.equal(after({}, silence(60), bark("fail"), wait(30)).asked, 0);
  assert.equal(after({ policy: { after: 3 } }, bark("fail"), bark("fail")).asked, 0);
});

test("what turns to and fro is called flapping once, then nothing is told until it is stable", () => {
  const turns = Array.from({ length: 10 }, () => [bark("fail"), wait(2), bark("ok"), wait(2)]).flat();
  const calm = after({}, ...turns);
  assert.deepEqual(
    calm.kinds(),
    ["bad", "well", "bad", "well", "bad", "well", "flapping"].slice(0, calm.told.length),
  );
  assert.equal(calm.kinds().at(-1), "flapping");
  assert.deepEqual(after({}, ...turns, wait(40)).kinds(), [...calm.kinds(), "well"]);
  assert.deepEqual(after({}, ...turns, bark("fail"), wait(40)).kinds(), [...calm.kinds(), "reminder"]);
});

test("what is to be confirmed is told when it was bad often enough, or for long enough", () => {
  assert.deepEqual(after({ policy: { after: 3 } }, bark("fail"), bark("fail")).kinds(), []);
  assert.deepEqual(after({ policy: { after: 3 } }, bark("fail"), bark("fail"), bark("fail")).kinds(), [
    "bad",
  ]);
  assert.deepEqual(
    after({ policy: { after: 3 } }, bark("fail"), bark("ok"), bark("fail"), bark("fail")).kinds(),
    [],
  );
  assert.deepEqual(after({ policy: { for: "10min" } }, bark("fail"), wait(9)).kinds(), []);
  assert.deepEqual(after({ policy: { for: "10min" } }, bark("fail"), wait(10)).kinds(), ["bad"]);
});

test("what is expected and does not come is missing, and what comes then ends that", () => {
  const late = after({}, bark("ok", "1h"), wait(71));
  assert.deepEqual(
    late.told.map(({ kind, level }) => [kind, level]),
    [["bad", "missing"]],
  );
  assert.match(late.told[0]?.bark.summary ?? "", /^did not come by .*; last heard /);
  assert.deepEqual(after({}, bark("ok", "1h"), wait(80), bark("ok", "1h")).kinds(), ["bad", "well"]);
  assert.deepEqual(after({}, bark("ok", "1h"), wait(80), bark("fail", "1h")).kinds(), ["bad", "worse"]);
  assert.deepEqual(after({}, bark("fail", "1h"), wait(80)).kinds(), ["bad", "reminder", "worse"]);
  assert.deepEqual(after({ policy: { after: 5 } }, bark("ok", "1h"), wait(80)).kinds(), ["bad"]);
});

test("runs that are too fast, too slow or too close to each other are warnings that say so", () => {
  const expect = { nightly: { host: "*", tag: TAG, shortest: "1min", longest: "1h", apart: "10min" } };
  const run = (elapsed: number): World => {
    const world = new World({ expect });
    const about = {
      id: "a",
      time: iso(world.now),
      host: HOST,
      tag: TAG,
      monitor: "error",
      level: "ok",
      summary: "done",
    } as const;
    const way = world.ways.of(HOST, TAG);
    world.take(
      decide(
        undefined,
        sight(file({ ...about, elapsed }, { time: world.now }), undefined, way),
        world.judging(),
      ),
    );
    return world;
  };
  assert.deepEqual(run(600).kinds(), []);
  assert.match(run(1).told[0]?.bark.summary ?? "", /^too fast, at least 1min is expected: done/);
  assert.match(run(4000).told[0]?.bark.summary ?? "", /^too slow, at most 1h is expected: done/);
  assert.match(
    after({ expect }, bark("ok"), wait(5), bark("ok")).told[0]?.bark.summary ?? "",
    /^too often, 5min after/,
  );
  assert.deepEqual(after({ expect }, bark("ok"), wait(15), bark("ok")).kinds(), []);
});

const minutes = fc.integer({ min: 1, max: 200 });
const level = fc.constantFrom(...LEVELS);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("bark"), level }) as fc.Arbitrary<Event> },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("bark"),
      level,
      expect: fc.constant("30min"),
    }) as fc.Arbitrary<Event>,
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("late"), level, by: minutes }) as fc.Arbitrary<Event>,
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("wait"), minutes }) as fc.Arbitrary<Event> },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("silence"), minutes }) as fc.Arbitrary<Event> },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("mute"), minutes }) as fc.Arbitrary<Event> },
  { weight: 1, arbitrary: fc.constantFrom<Event>({ kind: "end" }, { kind: "ack" }, { kind: "restart" }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("set the clock"),
      minutes: fc.integer({ min: -30, max: 90 }),
    }) as fc.Arbitrary<Event>,
  },
);
const story = fc.array(event, { maxLength: 60 });
const settings = fc.constantFrom(
  {},
  { policy: { after: 2 } },
  { policy: { for: "20min" } },
  { policy: { reminders: [], flapping: 0 } },
  { policy: { flapping: 3, within: "10min", stable: "5min" } },
);

/** Every trouble begins, goes on and ends, in this order, for the same people. */
function keepsWord(told: World["told"]): void {
  let open: Notice | undefined;
  for (const one of told) {
    if (one.kind === "bad") assert.equal(open, undefined, "a new trouble while one is open");
    else if (one.kind !== "flapping" || open !== undefined) {
      assert.ok(open !== undefined, `${one.kind} of what nobody heard of`);
      assert.equal(one.thread, open.thread ?? open.id);
      for (const who of open.everyone) assert.ok(one.everyone.includes(who));
    }
    if (one.kind === "well") assert.equal(one.level, "ok");
    else if (one.kind !== "flapping") assert.notEqual(one.level, "ok");
    open = one.kind === "well" ? undefined : one;
  }
}

const RUNS = { numRuns: Number(process.env["SHEEPDOG_RUNS"] ?? 500) };

test("whatever happens, nobody hears of the end of what they were not told of, and of each trouble once", () => {
  fc.assert(
    fc.property(settings, story, (how, all) => keepsWord(after(how, ...all).told)),
    RUNS,
  );
});

test("whatever happened, when it is well and stays so every trouble that was told is told to be over", () => {
  fc.assert(
    fc.property(settings, story, (how, all) => {
      const world = after(how, ...all, { kind: "end" }, wait(100), bark("ok"), wait(100));
      keepsWord(world.told);
      assert.equal(world.subject?.regard?.told, undefined);
      assert.ok(world.told.length === 0 || world.told.at(-1)?.kind === "well");
    }),
    RUNS,
  );
});

test("whatever happened, when it is bad and stays so, and is not silenced, somebody is told", () => {
  fc.assert(
    fc.property(settings, story, (how, all) => {
      const end = [wait(100), bark("fail"), wait(1), bark("fail"), wait(100)];
      const { told } = after(how, ...all, { kind: "end" }, ...end);
      const last = told.findLast(({ kind }) => kind !== "reminder");
      assert.ok(last !== undefined && last.kind !== "well");
    }),
    RUNS,
  );
});

test("whatever happened, when it does not come any more somebody is told, also where a silence hid that", () => {
  fc.assert(
    fc.property(settings, story, fc.boolean(), (how, all, hidden) => {
      const hide = hidden ? [silence(150)] : [];
      const { told } = after(
        how,
        ...all,
        { kind: "end" },
        wait(100),
        bark("ok", "30min"),
        ...hide,
        wait(300),
      );
      assert.equal(told.at(-1)?.level, "missing");
    }),
    RUNS,
  );
});

test("whatever happens, nothing but the end of a trouble is told in a silence", () => {
  fc.assert(
    fc.property(settings, story, (how, all) => {
      for (const { kind, silenced } of after(how, ...all).told) assert.ok(!silenced || kind === "well", kind);
    }),
    RUNS,
  );
});

test("whatever happens in between, a restart changes nothing", () => {
  fc.assert(
    fc.property(settings, story, (how, all) => {
      const restarted = all.flatMap((one): readonly Event[] => [one, { kind: "restart" }]);
      const kinds = (world: World): readonly unknown[] => world.told.map(({ kind, time }) => [kind, time]);
      assert.deepEqual(kinds(after(how, ...restarted)), kinds(after(how, ...all)));
    }),
    RUNS,
  );
});
