import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Bark, Level } from "../../src/bark.ts";
import type { Message } from "../../src/broker/contract.ts";
import { Config } from "../../src/config/schema.ts";
import { Reader } from "../../src/history/reader.ts";
import { Writer } from "../../src/history/writer.ts";
import { derivedId } from "../../src/id.ts";
import type { Deed, Wish } from "../../src/operator/deed.ts";
import type { Parcel } from "../../src/parcel.ts";
import { Receivers } from "../../src/plugin/receivers.ts";
import { Ways } from "../../src/policy/way.ts";
import { type Epoch, epoch, iso } from "../../src/time.ts";
import { hear } from "../../src/unit/hear.ts";
import type { Settings } from "../../src/unit/hearing.ts";
import { folder } from "../support/folder.ts";

const START = Date.UTC(2026, 10, 25, 6);
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** A handler whose clock is ours, and what it sends. */
class Shepherd {
  now: Epoch = epoch(START);
  readonly file: string;
  readonly writer: Writer;
  readonly settings: Settings;
  #count = 0;

  constructor(t: TestContext, more: object = {}) {
    const config = Config.parse({ name: "shepherd", mail: { to: "ops@example.org" }, ...more });
    this.file = join(folder(t), "history.db");
    this.writer = new Writer(this.file);
    t.after(() => this.writer[Symbol.dispose]());
    this.settings = {
      mail: config.mail,
      policy: config.policy,
      ways: new Ways(config),
      name: config.name,
      receivers: new Receivers([], () => undefined),
      deeds: new Map(),
      statements: new Map(),
      reactions: Config.parse({}).reactions,
      resting: new Set(),
      well: new Set(),
      fresh: true,
      journal: false,
    };
  }

  bark(host: string, level: Level, more: Partial<Bark> = {}): void {
    this.hear(this.about(host, level, more));
  }

  /** What comes in one batch. */
  hear(...messages: readonly Message[]): void {
    hear(messages, this.writer, this.settings, this.now);
  }

  about(host: string, level: Level, more: Partial<Bark> = {}): Message {
    const id = more.id ?? `bark-${++this.#count}`;
    const body = { id, time: iso(this.now), host, tag: "DISK", level, summary: `disk is ${level}`, ...more };
    return { id, time: this.now, body: JSON.stringify(body) };
  }

  /** What somebody asks who may. */
  deed(wish: Wish): Message {
    const deed = { ...wish, by: "ann", time: iso(this.now), nonce: `nonce-${++this.#count}` } as Deed;
    const id = derivedId("operator", deed.nonce);
    this.settings.deeds.set(id, { ok: true, value: { deed, id, principal: "local" } });
    return this.about("shepherd", "ok", { id, monitor: "operator", tag: "operator" });
  }

  silence(hours: number): Message {
    const until = iso(epoch(this.now + hours * 60 * MINUTE));
    return this.deed({ kind: "silence", id: "one", host: "*", tag: "*", until, why: "moving" });
  }

  /** Lets time pass, with rounds every minute. */
  wait(ms: number, rounds = true): void {
    const until = this.now + ms;
    while (this.now < until) {
      this.now = epoch(Math.min(until, this.now + MINUTE));
      if (rounds) this.bark("shepherd", "ok", { monitor: "rounds", tag: "rounds" });
    }
  }

  /** What has left so far, oldest first. */
  sent(queue = "mail"): readonly Parcel[] {
    const all = this.writer.waiting(1_000_000).filter((one) => one.queue === queue);
    return all.map(({ body }) => JSON.parse(body) as Parcel);
  }
}

const kinds = (parcel: Parcel | undefined): readonly string[] | undefined =>
  parcel?.notices.map(({ kind, level, bark }) => `${kind} ${level} ${bark.host}`);

test("what happens together comes in one mail, what matters most first", (t) => {
  const shepherd = new Shepherd(t);
  shepherd.bark("a", "warning");
  shepherd.bark("b", "fail");
  shepherd.bark("c", "warning");
  shepherd.bark("c", "ok");
  assert.deepEqual(shepherd.sent(), []);
  shepherd.wait(MINUTE);
  assert.equal(shepherd.sent().length, 1);
  assert.deepEqual(kinds(shepherd.sent()[0]), ["bad fail b", "bad warning c", "bad warning a", "well ok c"]);
});

test("37 disks that fill at once are one mail of 37", (t) => {
  const shepherd = new Shepherd(t);
  for (let n = 0; n < 37; n++) shepherd.bark(`web${n}`, "fail");
  shepherd.wait(MINUTE);
  assert.deepEqual(
    shepherd.sent().map(({ notices }) => notices.length),
    [37],
  );
});

test("of very many the worst are shown, the others counted, and what they hold is cut short", (t) => {
  const shepherd = new Shepherd(t);
  const content = { stdout: "x".repeat(50_000) };
  for (let n = 0; n < 300; n++) shepherd.bark(`web${n}`, n === 17 ? "fail" : "warning", { content });
  shepherd.wait(MINUTE);
  const [parcel] = shepherd.sent();
  assert.equal(parcel?.notices.length, 50);
  assert.equal(parcel?.more, 250);
  assert.equal(parcel?.notices[0]?.bark.host, "web17");
  assert.ok(JSON.stringify(parcel).length < 256 * 1024);
});

test("without gathering each is told at once, in the order in which they came", (t) => {
  const shepherd = new Shepherd(t, { policy: { gather: "0s", cap: 0 } });
  shepherd.bark("a", "warning");
  shepherd.bark("b", "fail");
  shepherd.bark("a", "ok");
  assert.deepEqual(shepherd.sent().map(kinds), [["bad warning a"], ["bad fail b"], ["well ok a"]]);
});

test("the more there is the longer it is gathered, and the cap is said and kept; nothing is lost by it", (t) => {
  const shepherd = new Shepherd(t, { policy: { gather: "1s", cap: 3, reminders: [] } });
  for (let n = 0; n < 60; n++) {
    shepherd.bark(`web${n}`, "fail");
    shepherd.wait(MINUTE);
  }
  const within = shepherd.sent();
  assert.equal(within.length, 3);
  assert.match(within[2]?.remarks?.[0] ?? "", /mail number 3 within an hour/);
  shepherd.wait(20 * MINUTE);
  const told = shepherd.sent().flatMap(({ notices, more = 0 }) => [...notices, ...Array(more)]);
  assert.equal(told.length, 60);
});

test("routes say whom, by level and hour, and by what besides mail; nobody where they say nobody", (t) => {
  const routes = {
    quiet: { tag: "DISK", host: "lab*", by: [] },
    night: { host: "web*", level: ["fail"], hours: "00:00-00:01", by: ["mail", "phone"] },
    web: { host: "web*", to: ["web@example.org"] },
    always: { host: "db*", by: ["phone"] },
  };
  const shepherd = new Shepherd(t, { routes, policy: { gather: "0s" } });
  shepherd.bark("lab1", "fail");
  shepherd.bark("web1", "fail");
  shepherd.bark("db1", "fail");
  shepherd.bark("db1", "ok");
  assert.deepEqual(
    shepherd.sent().map(({ to }) => to),
    ["web@example.org"],
  );
  assert.deepEqual(
    shepherd.sent("notify:phone").map(({ to, notices }) => [to, notices[0]?.kind]),
    [
      ["phone", "bad"],
      ["phone", "well"],
    ],
  );
});

test("the digest comes once a day at its hour, with what is open, what came and went, and what never came", (t) => {
  const hour = new Date(START + 2 * 60 * MINUTE).getHours();
  const digest = `${String(hour).padStart(2, "0")}:00`;
  const shepherd = new Shepherd(t, { policy: { digest, reminders: [] } });
  shepherd.wait(MINUTE);
  shepherd.bark("a", "fail");
  shepherd.bark("b", "fail");
  shepherd.bark("c", "ok", { expect: "10min" });
  shepherd.bark("a", "worse" as Level); // there is no such level
  shepherd.wait(30 * MINUTE);
  shepherd.bark("b", "ok");
  shepherd.wait(27 * 60 * MINUTE);
  const digests = shepherd.sent().flatMap((one) => one.digest ?? []);
  assert.equal(digests.length, 2);
  const [first] = digests;
  assert.deepEqual(
    first?.open.map(({ host }) => host),
    ["a"],
  );
  assert.deepEqual(
    first?.past.map(({ host }) => host),
    ["b"],
  );
  assert.deepEqual(
    first?.missing.map(({ host }) => host),
    ["c"],
  );
  assert.deepEqual(
    digests.map(({ own }) => own),
    [["1 message could not be handled: sheepdog dead list"], []],
  );
});

test("what the configuration expects by name is missed also where it was never heard of", (t) => {
  const expect = { nightly: { host: "nas", tag: "BORG", every: "1h", grace: "5min" } };
  const shepherd = new Shepherd(t, { expect });
  shepherd.wait(64 * MINUTE);
  assert.deepEqual(shepherd.sent(), []);
  shepherd.wait(10 * MINUTE);
  assert.deepEqual(shepherd.sent().map(kinds), [["bad missing nas"]]);
  const missed = shepherd.sent()[0]?.notices[0];
  assert.match(missed?.bark.summary ?? "", /^did not come by/);
  assert.equal(missed?.bark.due, iso(epoch(START + 66 * MINUTE)));
});

test("after nobody looked for hours that is said once, and nothing is called missing before it had time to arrive", (t) => {
  const shepherd = new Shepherd(t);
  shepherd.bark("nas", "ok", { expect: "30min" });
  shepherd.wait(MINUTE);
  shepherd.wait(180 * MINUTE, false);
  shepherd.wait(3 * MINUTE);
  assert.deepEqual(shepherd.sent().map(kinds), [["note warning shepherd"]]);
  assert.match(shepherd.sent()[0]?.notices[0]?.bark.summary ?? "", /^nobody looked for 3h 1min, from/);
  shepherd.bark("nas", "ok", { expect: "30min" });
  shepherd.wait(20 * MINUTE);
  assert.equal(shepherd.sent().length, 1);
  shepherd.wait(60 * MINUTE);
  assert.deepEqual(kinds(shepherd.sent()[1]), ["bad missing nas"]);
});

test("a run that began and does not end is a warning, and one that begins meanwhile overlaps it", (t) => {
  const expect = { nightly: { host: "nas", tag: "BORG", longest: "1h" } };
  const about = { tag: "BORG" };
  const shepherd = new Shepherd(t, { expect, policy: { reminders: [] } });
  shepherd.bark("nas", "ok", { ...about, monitor: "start" });
  shepherd.wait(55 * MINUTE);
  assert.deepEqual(shepherd.sent(), []);
  shepherd.wait(10 * MINUTE);
  assert.match(shepherd.sent()[0]?.notices[0]?.bark.summary ?? "", /^it began .* and has not ended in 1h/);
  shepherd.bark("nas", "ok", { ...about, elapsed: 60 });
  shepherd.wait(MINUTE);
  assert.deepEqual(kinds(shepherd.sent()[1]), ["well ok nas"]);
  shepherd.bark("nas", "ok", { ...about, monitor: "start" });
  shepherd.wait(5 * MINUTE);
  shepherd.bark("nas", "ok", { ...about, monitor: "start" });
  shepherd.wait(5 * MINUTE);
  assert.match(
    shepherd.sent()[2]?.notices[0]?.bark.summary ?? "",
    /^a run began while the one of .* had not ended/,
  );
});

test("a bark that comes late corrects what was, tells nobody, and leaves what is", (t) => {
  const shepherd = new Shepherd(t);
  const rows = (): unknown =>
    shepherd.writer.transaction((batch) =>
      batch.digest
        .past(epoch(0), epoch(START * 2), 10)
        .map(({ level, since, until }) => [level, (since - START) / MINUTE, (until - START) / MINUTE]),
    );
  shepherd.bark("nas", "ok");
  shepherd.wait(10 * MINUTE);
  shepherd.bark("nas", "ok");
  shepherd.wait(10 * MINUTE);
  shepherd.bark("nas", "fail", { time: iso(epoch(START + 5 * MINUTE)) });
  shepherd.wait(10 * MINUTE);
  assert.deepEqual(shepherd.sent(), []);
  assert.deepEqual(rows(), [["fail", 5, 10]]);
});

const YEAR = 365 * 24 * 60 * MINUTE;

/** A shepherd whose clock was a year ahead for a while, in which something happened. */
function ahead(t: TestContext, more: object, meanwhile: (shepherd: Shepherd) => void): Shepherd {
  const shepherd = new Shepherd(t, more);
  shepherd.wait(MINUTE);
  shepherd.now = epoch(shepherd.now + YEAR);
  meanwhile(shepherd);
  shepherd.now = epoch(shepherd.now - YEAR);
  return shepherd;
}
const news = (shepherd: Shepherd): readonly string[] =>
  shepherd
    .sent()
    .flatMap(({ notices }) => notices)
    .filter(({ kind }) => kind !== "note")
    .map(({ kind, level, bark }) => `${kind} ${level} ${bark.host}`);

test("what was heard by a clock that was a year ahead goes on as if it had just been", (t) => {
  const shepherd = ahead(t, {}, (then) => {
    then.bark("a", "fail");
    then.bark("b", "fail");
    then.bark("c", "ok", { expect: "30min" });
    then.wait(2 * MINUTE);
  });
  shepherd.wait(5 * MINUTE);
  shepherd.bark("a", "ok");
  shepherd.bark("d", "fail");
  shepherd.wait(15 * MINUTE);
  assert.deepEqual(news(shepherd), ["bad fail b", "bad fail a", "bad fail d", "well ok a"]);
  shepherd.wait(60 * MINUTE);
  assert.deepEqual(
    news(shepherd).slice(4).sort(),
    ["bad missing c", "reminder fail b", "reminder fail d"].sort(),
  );
  const spells = shepherd.writer.transaction((batch) => batch.digest.past(epoch(0), shepherd.now, 10));
  assert.ok(spells.every(({ since, until }) => since <= until));
});

test("what flapped by a clock that was a year ahead is stable after its time", (t) => {
  const shepherd = ahead(t, { policy: { flapping: 3, reminders: [] } }, (then) => {
    for (const level of ["ok", "fail", "ok", "fail"] as const) then.bark("a", level);
    then.wait(MINUTE);
  });
  assert.equal(news(shepherd).at(-1), "well ok a");
  assert.ok(news(shepherd).includes("flapping fail a"));
  shepherd.bark("a", "ok");
  shepherd.wait(50 * MINUTE);
  assert.deepEqual(news(shepherd).slice(-1), ["well ok a"]);
  assert.equal(news(shepherd).filter((one) => one === "well ok a").length, 2);
});

test("mail, digest and cap do not wait until a clock is where it once was", (t) => {
  const digest = `${String(new Date(START + 120 * MINUTE).getHours()).padStart(2, "0")}:00`;
  const shepherd = ahead(t, { policy: { cap: 2, digest, reminders: [] } }, (then) => {
    for (const host of ["a", "b", "c"]) {
      then.bark(host, "fail");
      then.wait(2 * MINUTE);
    }
    then.wait(180 * MINUTE, false);
    then.bark("shepherd", "ok", { monitor: "rounds", tag: "rounds" });
  });
  assert.ok(shepherd.sent().some(({ digest: one }) => one !== undefined));
  shepherd.now = epoch(START + 10 * MINUTE);
  const before = shepherd.sent().length;
  shepherd.bark("d", "fail");
  shepherd.wait(MINUTE);
  assert.equal(news(shepherd).at(-1), "bad fail d");
  shepherd.wait(130 * MINUTE);
  assert.equal(
    shepherd
      .sent()
      .slice(before)
      .filter(({ digest: one }) => one !== undefined).length,
    1,
  );
});

const END = { kind: "end", id: "one" } as const;

test("what is bad when a silence is ended is told, also where it was heard or acknowledged just then", (t) => {
  const heard = new Shepherd(t);
  heard.wait(MINUTE);
  heard.hear(heard.silence(10));
  heard.hear(heard.about("a", "fail"), heard.deed(END));
  heard.wait(2 * MINUTE);
  assert.deepEqual(news(heard), ["bad fail a"]);

  const acknowledged = new Shepherd(t);
  acknowledged.wait(MINUTE);
  acknowledged.hear(acknowledged.silence(10));
  acknowledged.bark("a", "fail");
  const ack = { kind: "ack", host: "a", tag: "DISK", why: "on it" } as const;
  acknowledged.hear(acknowledged.deed(END), acknowledged.deed(ack));
  acknowledged.wait(2 * MINUTE);
  assert.deepEqual(news(acknowledged), ["bad fail a"]);
});

test("what somebody is at is not told again because a silence is over", (t) => {
  const shepherd = new Shepherd(t);
  shepherd.bark("a", "fail");
  shepherd.hear(shepherd.deed({ kind: "ack", host: "a", tag: "DISK", why: "on it" }), shepherd.silence(1));
  shepherd.wait(90 * MINUTE);
  assert.deepEqual(news(shepherd), ["bad fail a"]);
});

test("what began to flap in a silence is called so when that is over", (t) => {
  const shepherd = new Shepherd(t, { policy: { flapping: 3 } });
  shepherd.bark("a", "ok");
  shepherd.hear(shepherd.silence(1));
  for (let turn = 0; turn < 20; turn++) {
    shepherd.bark("a", turn % 2 === 0 ? "fail" : "ok");
    shepherd.wait(5 * MINUTE);
  }
  assert.deepEqual(
    news(shepherd).map((one) => one.split(" ")[0]),
    ["flapping"],
  );
  shepherd.wait(60 * MINUTE);
  assert.deepEqual(news(shepherd).slice(1), ["well ok a"]);
});

test("that something flaps is told those who are told when it is bad, though it is well at that moment", (t) => {
  const routes = { phone: { level: ["fail"], by: ["phone"] } };
  const shepherd = new Shepherd(t, { routes, policy: { flapping: 4, gather: "0s" } });
  for (const level of ["ok", "fail", "ok", "fail", "ok"] as const) shepherd.bark("a", level);
  shepherd.wait(60 * MINUTE);
  assert.deepEqual(shepherd.sent(), []);
  assert.deepEqual(
    shepherd.sent("notify:phone").map(({ notices }) => notices[0]?.kind),
    ["bad", "well", "bad", "flapping", "well"],
  );
});

test("what is missing is still among what is expected, and so is what was never heard of", (t) => {
  const expect = { nightly: { host: "nas", tag: "BORG", every: "1h" } };
  const shepherd = new Shepherd(t, { expect });
  shepherd.bark("a", "ok", { expect: "30min" });
  shepherd.wait(50 * MINUTE);
  using reader = new Reader(shepherd.file);
  assert.deepEqual(
    reader.awaited().map(({ host, level, last }) => [host, level, last]),
    [
      ["a", "missing", START],
      ["nas", "ok", null],
    ],
  );
});

test("a first bark from before it was expected by name is no late one", (t) => {
  const shepherd = new Shepherd(t, { expect: { nightly: { host: "nas", tag: "DISK", every: "1d" } } });
  shepherd.wait(2 * MINUTE);
  shepherd.bark("nas", "fail", { time: iso(epoch(START - MINUTE)) });
  shepherd.wait(MINUTE);
  assert.deepEqual(news(shepherd), ["bad fail nas"]);
});

test("however often the rounds are called for at once, they are made once", (t) => {
  const shepherd = new Shepherd(t);
  shepherd.hear(...Array.from({ length: 3000 }, (_, n) => shepherd.about(`web${n}`, "fail")));
  shepherd.hear(shepherd.silence(1));
  shepherd.now = epoch(shepherd.now + MINUTE);
  const calls = Array.from({ length: 300 }, () => shepherd.about("x", "ok", { monitor: "rounds" }));
  const began = performance.now();
  shepherd.hear(...calls);
  assert.ok(performance.now() - began < 5000);
});

test("what does not come, or does not end, in a silence is told when that is over", (t) => {
  for (const policy of [{}, { after: 3 }, { for: "20min" }]) {
    const expect = { endless: { host: "b", tag: "DISK", longest: "10min" } };
    const shepherd = new Shepherd(t, { policy: { ...policy, reminders: [] }, expect });
    shepherd.bark("a", "ok", { expect: "30min", summary: "done" });
    shepherd.bark("b", "ok", { monitor: "start", summary: "began" });
    shepherd.hear(shepherd.silence(2));
    shepherd.wait(119 * MINUTE);
    assert.deepEqual(news(shepherd), []);
    shepherd.wait(3 * MINUTE);
    assert.deepEqual(news(shepherd), ["bad missing a", "bad warning b"]);
    const [missed] = shepherd.sent().flatMap(({ notices }) => notices);
    assert.match(missed?.bark.summary ?? "", /^did not come by/);
  }
});

test("a reminder says how it ended last, not that it began again", (t) => {
  const shepherd = new Shepherd(t);
  shepherd.bark("a", "fail", { summary: "exit 2" });
  shepherd.wait(30 * MINUTE);
  shepherd.bark("a", "ok", { monitor: "start", summary: "began" });
  shepherd.wait(35 * MINUTE);
  assert.deepEqual(
    shepherd.sent().map(({ notices }) => `${notices[0]?.kind} ${notices[0]?.bark.summary}`),
    ["bad exit 2", "reminder exit 2"],
  );
});

test("what is well again is named, however much else is bad by then", (t) => {
  const shepherd = new Shepherd(t);
  for (let n = 0; n < 10; n++) shepherd.bark(`nas${n}`, "fail");
  shepherd.wait(MINUTE);
  for (let n = 0; n < 10; n++) shepherd.bark(`nas${n}`, "ok", { content: { stdout: "x".repeat(50_000) } });
  for (let n = 0; n < 60; n++) shepherd.bark(`web${n}`, "fail");
  shepherd.wait(MINUTE);
  const parcel = shepherd.sent().at(-1);
  assert.equal(parcel?.notices.filter(({ kind }) => kind === "bad").length, 50);
  assert.equal(parcel?.notices.filter(({ kind }) => kind === "well").length, 10);
  assert.equal(parcel?.more, 10);
});
