// What the policy costs for one bark with 10,000 open spells and 1,000 rules; what becomes of a storm; and how many mails
// a month of 200 hosts makes for one person.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "../src/broker/contract.ts";
import { Config } from "../src/config/schema.ts";
import { Writer } from "../src/history/writer.ts";
import { Receivers } from "../src/plugin/receivers.ts";
import { decide } from "../src/policy/decide.ts";
import { file } from "../src/policy/filed.ts";
import { sight } from "../src/policy/run.ts";
import { silencedUntil } from "../src/policy/silence.ts";
import { Ways } from "../src/policy/way.ts";
import type { Subject } from "../src/subject.ts";
import { type Epoch, epoch, iso, now } from "../src/time.ts";
import { hear } from "../src/unit/hear.ts";
import type { Settings } from "../src/unit/hearing.ts";
import { month, START } from "./herd.ts";
import { machine, median } from "./measure.ts";

const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));

function settings(config: Config): Settings {
  const { mail, policy } = config;
  const receivers = new Receivers([], () => undefined);
  return {
    mail,
    policy,
    ways: new Ways(config),
    name: "shepherd",
    receivers,
    deeds: new Map(),
    statements: new Map(),
    reactions: Config.parse({}).reactions,
    resting: new Set(),
    well: new Set(),
    fresh: true,
    journal: false,
  };
}

interface Mailed {
  readonly parcels: number;
  readonly notices: number;
  readonly first: Epoch | undefined;
  /** "620 bad, 610 well" */
  readonly kinds: string;
}

/** What left for a person. */
function mailed(writer: Writer): Mailed {
  const all = writer
    .waiting(1_000_000)
    .map(({ body }) => JSON.parse(body) as { time: string; notices: { kind: string }[]; more?: number });
  const kinds = new Map<string, number>();
  for (const { notices } of all) for (const { kind } of notices) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    parcels: all.length,
    notices: all.reduce((sum, { notices, more = 0 }) => sum + notices.length + more, 0),
    kinds: [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", "),
    first: all[0] && epoch(Date.parse(all[0].time)),
  };
}

/** Microseconds to judge one bark.
 * @param spells  how many subjects there are; with more than are barked of none is heard of twice */
function one(spells: number): number {
  const routes = Object.fromEntries(
    Array.from({ length: 1000 }, (_, n) => [
      `r${n}`,
      { host: `web${n}-*`, tag: `T${n % 7}*`, to: [`team${n}@example.org`] },
    ]),
  );
  const ways = new Ways(Config.parse({ routes, mail: { to: "ops@example.org" } }));
  const silences = Array.from({ length: 20 }, (_, n) => ({
    host: `db${n}*`,
    tag: "*",
    since: epoch(0),
    until: epoch(1e14),
  }));
  const subjects = new Map<string, Subject>();
  const time = now();
  const spans: number[] = [];
  for (let turn = 0; turn < 60_000; turn++) {
    const subject = turn % spells;
    const [host, tag] = [`web${subject % 997}-${subject}`, `T${subject % 7}`];
    const level = turn % 3 === 0 && turn >= 20_000 ? "ok" : "fail";
    const since = process.hrtime.bigint();
    const way = ways.of(host, tag);
    const silence = silencedUntil(silences, host, tag, time);
    const before = subjects.get(`${host} ${tag}`);
    const bark = {
      id: `b${turn}`,
      time: iso(time),
      host,
      tag,
      monitor: "error",
      level,
      summary: "x",
    } as const;
    const judging = {
      now: time,
      name: () => `n${turn}`,
      mail: { to: ["ops@example.org"], allow: ["*"] },
      way,
      silence,
    };
    const decision = decide(before, sight(file(bark, { time }), before, way), judging);
    spans.push(Number(process.hrtime.bigint() - since) / 1000);
    subjects.set(`${host} ${tag}`, decision.subject);
  }
  return median(spans.slice(20_000));
}

/** 100,000 failures of 5,000 hosts within a minute. */
function storm(): Mailed & { readonly seconds: number; readonly kept: number } {
  const writer = new Writer(join(folder, "storm.db"));
  const how = settings(Config.parse({ name: "shepherd", mail: { to: "ops@example.org" } }));
  const began = process.hrtime.bigint();
  const start = now();
  for (let at = 0; at < 100_000; at += 1000) {
    const moment = epoch(start + (at / 100_000) * 60_000);
    const messages: Message[] = Array.from({ length: 1000 }, (_, n) => {
      const number = at + n;
      const body = {
        id: `s${number}`,
        time: iso(moment),
        host: `host${number % 5000}`,
        tag: `TAG-${Math.floor(number / 5000)}`,
        level: "fail",
        summary: "disk full",
      };
      return { id: `s${number}`, time: moment, body: JSON.stringify(body) };
    });
    hear(messages, writer, how, moment);
  }
  // The rounds of the hour until the first reminders.
  for (let minute = 1; minute <= 55; minute++) rounds(writer, how, epoch(start + 60_000 + minute * 60_000));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const sent = mailed(writer);
  writer[Symbol.dispose]();
  return { ...sent, first: sent.first && epoch(sent.first - start), seconds, kept: 100_000 };
}

function rounds(writer: Writer, how: Settings, moment: Epoch): void {
  const body = JSON.stringify({
    id: `r${moment}`,
    time: iso(moment),
    host: "shepherd",
    tag: "rounds",
    monitor: "rounds",
    level: "ok",
  });
  hear([{ id: `r${moment}`, time: moment, body }], writer, how, moment);
}

/** A month of 200 hosts. */
function simulated(): Mailed & { readonly bad: number; readonly barks: number } {
  const writer = new Writer(join(folder, "month.db"));
  const how = settings(
    Config.parse({ name: "shepherd", mail: { to: "ops@example.org" }, policy: { digest: "07:00" } }),
  );
  let [bad, count] = [0, 0];
  for (const { minute, barks, bad: more } of month()) {
    const moment = epoch(START + minute * 60_000);
    if (barks.length > 0) hear(barks, writer, how, moment);
    rounds(writer, how, epoch(moment + 30_000));
    bad += more;
    count += barks.length;
  }
  const sent = mailed(writer);
  writer[Symbol.dispose]();
  return { ...sent, bad, barks: count };
}

console.log(machine());
console.log(`one bark, 10,000 open spells, 1,000 rules: median ${one(10_000).toFixed(1)} µs (goal 50)`);
console.log(`the first bark of a subject since the start, 1,000 rules: median ${one(60_000).toFixed(1)} µs`);
const wind = storm();
console.log(
  `storm of 100,000 failures: ${wind.parcels} mails that tell of ${wind.notices}, the first after ${((wind.first ?? 0) / 1000).toFixed(1)} s of it; ${wind.seconds.toFixed(1)} s of work`,
);
const { parcels, notices, kinds, bad, barks } = simulated();
console.log(
  `a month of 200 hosts: ${barks} barks, ${bad} of them bad or the end of something bad; ${parcels} mails with ${notices} notices (${kinds})`,
);
rmSync(folder, { recursive: true });
