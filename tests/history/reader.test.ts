import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Sqlite from "better-sqlite3";
import type { Kept } from "../../src/history/batch.ts";
import { Reader } from "../../src/history/reader.ts";
import { sql } from "../../src/history/sql.ts";
import { Writer } from "../../src/history/writer.ts";
import { Config } from "../../src/config/schema.ts";
import { decide } from "../../src/policy/decide.ts";
import { Ways } from "../../src/policy/way.ts";
import { epoch } from "../../src/time.ts";
import { folder } from "../support/folder.ts";
import { kept, START } from "../support/kept.ts";

function history(t: TestContext, all: readonly Kept[]): Reader {
  const file = join(folder(t), "history.db");
  const writer = new Writer(file);
  t.after(() => writer[Symbol.dispose]());
  let notices = 0;
  const judging = {
    now: epoch(START),
    name: () => `notice-${++notices}`,
    mail: { to: ["ops@x.org"], allow: ["*"] },
    way: new Ways(Config.parse({})).of("", ""),
    silence: undefined,
  };
  writer.transaction((batch) => {
    for (const one of all) {
      const remembered = batch.keep(one);
      if (typeof remembered === "string") continue;
      const { subject, telling } = decide(
        remembered.subject,
        { ...one, level: one.bark.level, count: 1 },
        judging,
      );
      batch.remember(remembered, subject, undefined);
      if (telling !== undefined) batch.notice(telling, one.bark);
    }
  });
  const reader = new Reader(file);
  t.after(() => reader.close());
  return reader;
}

const ids = (all: readonly { readonly id: string }[]): string => all.map(({ id }) => id).join(" ");

test("barks are listed newest last, by the time they are filed under, and no more than asked for", (t) => {
  const reader = history(t, [
    kept("a", "ok", 1),
    kept("c", "ok", 3),
    kept("b", "fail", 2),
    kept("d", "ok", 4),
  ]);
  assert.equal(ids(reader.barks({ limit: 10 })), "a b c d");
  assert.equal(ids(reader.barks({ limit: 2 })), "c d");
  assert.equal(ids(reader.barks({ limit: 10, level: "fail" })), "b");
  assert.equal(ids(reader.barks({ limit: 10, since: epoch(START + 3000) })), "c d");
});

test("a star in host or tag stands for anything, and nothing else is special", (t) => {
  const reader = history(t, [
    kept("a", "ok", 1, { host: "web1", tag: "[x]?" }),
    kept("b", "ok", 2, { host: "web2", tag: "x" }),
    kept("c", "ok", 3, { host: "db1", tag: "'; DROP TABLE bark; --" }),
  ]);
  assert.equal(ids(reader.barks({ limit: 9, host: "web*" })), "a b");
  assert.equal(ids(reader.barks({ limit: 9, tag: "[x]?" })), "a");
  assert.equal(ids(reader.barks({ limit: 9, host: "web?" })), "");
  assert.equal(ids(reader.barks({ limit: 9, tag: "'; DROP*" })), "c");
});

test("a bark comes back whole, as it was sent", (t) => {
  const more = {
    user: "bob",
    elapsed: 1.5,
    content: { stdout: "\u0000\u001b[31m \u{1F411}", deep: [[1]] },
    facts: [["ram", 4]] as const,
    mailto: ["a@x.org"],
    expect: "24h",
  };
  const one = kept("a", "fail", 1, more);
  assert.deepEqual(history(t, [one]).barks({ limit: 1 }), [one.bark]);
});

test("what a bark does not say about itself it has from its arrival", (t) => {
  const one = { ...kept("1700-0", "fail", 1), body: '{"host":"nas","tag":"SCRUB","level":"fail"}' };
  const [bark] = history(t, [one]).barks({ limit: 1 });
  assert.deepEqual([bark?.id, bark?.time, bark?.summary], ["1700-0", "2026-11-22T18:00:01.000Z", "fail"]);
});

test("one bark is shown by its id or the beginning of it, with who was told; candidates where several begin so", (t) => {
  const reader = history(t, [kept("0193-aa", "fail", 1), kept("0193-ab", "ok", 2), kept("0193", "ok", 3)]);
  const shown = reader.show("0193-aa");
  assert.ok(shown?.kind === "one");
  assert.deepEqual(shown.notices, [{ id: "notice-1", time: START, kind: "bad", to: ["ops@x.org"] }]);
  assert.equal(shown.received, START + 1000);
  assert.equal(shown.claimed, undefined);
  assert.deepEqual(reader.show("0193-a"), { kind: "many", ids: ["0193-aa", "0193-ab"] });
  const exact = reader.show("0193");
  assert.equal(
    exact?.kind === "one" && exact.bark.id,
    "0193",
    "a whole id is meant, also where others begin with it",
  );
  assert.equal(reader.show("0194"), undefined);
});

test("a bark from the year 9999 is listed under its arrival, and shown with what it claimed", (t) => {
  const one = kept("a", "fail", 1);
  const reader = history(t, [
    { ...one, body: JSON.stringify({ ...one.bark, time: "9999-01-01T00:00:00Z" }) },
  ]);
  assert.equal(reader.barks({ limit: 1 })[0]?.time, "2026-11-22T18:00:01.000Z");
  const shown = reader.show("a");
  assert.equal(shown?.kind === "one" && shown.claimed, "9999-01-01T00:00:00.000Z");
});

test("troubles are what is not ok now, since when, with the newest word on it", (t) => {
  const reader = history(t, [
    kept("a", "fail", 1),
    kept("b", "fail", 2),
    kept("c", "ok", 3, { tag: "FINE" }),
    kept("d", "warning", 4, { tag: "DISK" }),
  ]);
  assert.deepEqual(reader.troubles(), [
    { host: "nas", tag: "SCRUB", level: "fail", since: START + 1000, summary: "b fail", bark: "b" },
    { host: "nas", tag: "DISK", level: "warning", since: START + 4000, summary: "d warning", bark: "d" },
  ]);
  assert.deepEqual(reader.herd(), { subjects: 3, last: START + 4000 });
});

test("a history without a bark answers too", (t) => {
  const reader = history(t, []);
  assert.deepEqual(
    [reader.barks({ limit: 5 }), reader.troubles(), reader.show("a"), reader.herd()],
    [[], [], undefined, { subjects: 0, last: undefined }],
  );
});

test("no question walks through the whole history: each uses the index its file names", (t) => {
  const file = join(folder(t), "history.db");
  new Writer(file)[Symbol.dispose]();
  const database = new Sqlite(file);
  t.after(() => database.close());
  const plan = (name: string, ...values: readonly unknown[]): string =>
    (
      database.prepare(`EXPLAIN QUERY PLAN ${sql(name).replace(/^--.*$/gm, "")}`).all(...values) as {
        detail: string;
      }[]
    )
      .map(({ detail }) => detail)
      .join("; ");
  assert.match(
    plan("list", { host: null, tag: null, level: null, since: 0, limit: 1 }),
    /^SEARCH bark USING INDEX bark_time/,
  );
  assert.match(plan("show", "a", "b", 1), /^SEARCH bark USING INDEX sqlite_autoindex_bark_1/);
  assert.match(
    plan("troubles"),
    /^SCAN subject USING INDEX subject_trouble; SEARCH bark USING INTEGER PRIMARY KEY/,
  );
  assert.match(plan("silences", 1), /^SEARCH silence USING INDEX silence_open/);
  assert.match(plan("told", "a"), /^SEARCH notice USING INDEX notice_bark/);
  assert.match(plan("close", 1, "a", "b"), /^SEARCH state USING INDEX state_open/);
  assert.match(plan("subject", "a", "b"), /^SEARCH subject USING INDEX sqlite_autoindex_subject_1/);
});
