import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { LEVELS, type Level } from "../../src/bark.ts";
import type { Kept } from "../../src/history/batch.ts";
import { Writer } from "../../src/history/writer.ts";
import type { Subject } from "../../src/subject.ts";
import { folder } from "../support/folder.ts";
import { kept, START } from "../support/kept.ts";

function history(t: TestContext): {
  readonly file: string;
  readonly writer: Writer;
  readonly rows: (query: string) => unknown[];
} {
  const file = join(folder(t), "history.db");
  const writer = new Writer(file);
  t.after(() => writer[Symbol.dispose]());
  const rows = (query: string): unknown[] => {
    const database = new Sqlite(file, { readonly: true });
    try {
      return database.prepare(query).raw().all();
    } finally {
      database.close();
    }
  };
  return { file, writer, rows };
}

/** What a handler with the plainest of policies would remember. */
function keep(writer: Writer, all: readonly Kept[], regard?: Subject["regard"]): void {
  writer.transaction((batch) => {
    for (const one of all) {
      const remembered = batch.keep(one);
      if (typeof remembered === "string") continue;
      const { host, tag, level } = one.bark;
      const since = remembered.subject?.level === level ? remembered.subject.since : one.at;
      batch.remember(
        remembered,
        {
          host,
          tag,
          level,
          since,
          newest: one.at,
          ...(regard === undefined ? {} : { regard }),
        },
        undefined,
      );
    }
  });
}

const spells =
  "SELECT level, (since - 1795370400000) / 1000, (until - 1795370400000) / 1000 FROM state ORDER BY seq";

test("a bark that arrives twice is kept once, in one batch and in two", (t) => {
  const { writer, rows } = history(t);
  keep(writer, [kept("a", "fail", 1), kept("a", "ok", 2), kept("b", "fail", 3)]);
  keep(writer, [kept("b", "ok", 4)]);
  assert.deepEqual(rows("SELECT id, level FROM bark ORDER BY seq"), [
    ["a", "fail"],
    ["b", "fail"],
  ]);
  assert.deepEqual(rows(spells), [["fail", 1, null]]);
});

test("a failure of a unit is one bark, whoever saw it and in whatever order", (t) => {
  const run = "545ed8e9-ba87-475a-acfd-5aeb";
  const seen = (suffix: string, monitor: string, level: Level, body: string): Kept => {
    const one = kept(run + suffix, level, 1);
    return {
      ...one,
      body,
      bark: { ...one.bark, monitor, content: { invocation: "545ed8e9ba87475aacfd5aebecae2373" } },
    };
  };
  const unit = seen("00000000", "unit", "fail", "{}");
  const swept = seen("00000000", "unit", "fail", '{"more":1}');
  const wrapper = seen("f1234567", "error", "fail", "{}");
  const again = seen("00000002", "unit", "ok", "{}");
  for (const order of [
    [unit, swept, wrapper, again],
    [wrapper, swept, unit, again],
    [wrapper, again, unit],
  ]) {
    const { writer, rows } = history(t);
    writer.transaction((batch) => {
      const [first, ...others] = order as [Kept, ...Kept[]];
      assert.equal(typeof batch.keep(first), "object");
      for (const other of others)
        assert.equal(
          other === again ? typeof batch.keep(other) : batch.keep(other),
          other === again ? "object" : "known",
        );
    });
    assert.equal(rows("SELECT id FROM bark").length, 2);
  }
  // Two wrapped jobs of one unit are two.
  const { writer, rows } = history(t);
  keep(writer, [wrapper, seen("f7654321", "error", "fail", "{}")]);
  assert.equal(rows("SELECT id FROM bark").length, 2);
});

test("a unit that fails later than its wrapped job, or lost a process before, has failed of itself", (t) => {
  const run = "545ed8e9-ba87-475a-acfd-5aeb";
  const seen = (suffix: string, monitor: string, second: number): Kept => {
    const one = kept(run + suffix, "fail", second);
    return {
      ...one,
      bark: { ...one.bark, monitor, content: { invocation: "545ed8e9ba87475aacfd5aebecae2373" } },
    };
  };
  const job = seen("f1234567", "error", 100);
  for (const pair of [
    [job, seen("00000000", "unit", 111)],
    [seen("00000000", "unit", 111), job],
    [job, seen("00000001", "unit", 100)],
    [seen("00000001", "unit", 100), job],
  ]) {
    const { writer, rows } = history(t);
    keep(writer, pair);
    assert.equal(rows("SELECT id FROM bark").length, 2);
  }
  const { writer, rows } = history(t);
  keep(writer, [job, seen("00000000", "unit", 109)]);
  assert.equal(rows("SELECT id FROM bark").length, 1);
});

test("another machine, or another unit, cannot pass for one that was heard", (t) => {
  const { writer } = history(t);
  const one = kept("545ed8e9-ba87-475a-acfd-5aeb00000000", "fail", 1);
  const unit = { ...one, bark: { ...one.bark, monitor: "unit" } };
  writer.transaction((batch) => {
    assert.equal(typeof batch.keep(unit), "object");
    assert.equal(batch.keep({ ...unit, body: "{}", bark: { ...unit.bark, tag: "other" } }), "clash");
    assert.equal(batch.keep({ ...unit, body: "{}", bark: { ...unit.bark, host: "other" } }), "clash");
  });
});

test("a spell lasts from the bark that brings a level to the one that brings another", (t) => {
  assert.equal(START, 1_795_370_400_000);
  const { writer, rows } = history(t);
  keep(writer, [kept("a", "ok", 1), kept("b", "ok", 2), kept("c", "fail", 3), kept("d", "warning", 4)]);
  keep(writer, [kept("e", "warning", 5)]);
  keep(writer, [kept("f", "ok", 6)]);
  assert.deepEqual(rows(spells), [
    ["ok", 1, 3],
    ["fail", 3, 4],
    ["warning", 4, 6],
    ["ok", 6, null],
  ]);
});

test("what is remembered of a subject is there again after a restart, with what was told of it", (t) => {
  const { writer, file } = history(t);
  const first = kept("a", "fail", 1);
  const to = ["a@x.org", "b@x.org"];
  const told = { level: "fail", since: first.at, thread: "n1", to, time: first.at, times: 2 } as const;
  const regard = { told, due: first.at };
  keep(writer, [first], regard);
  writer[Symbol.dispose]();
  const again = new Writer(file);
  t.after(() => again[Symbol.dispose]());
  const remembered = again.transaction((batch) => {
    const known = batch.keep(kept("b", "fail", 2));
    return typeof known === "string" ? known : known.subject;
  });
  assert.deepEqual(remembered, {
    host: "nas",
    tag: "SCRUB",
    level: "fail",
    since: first.at,
    newest: first.at,
    regard,
  });
});

test("when anything of a batch goes wrong nothing of it has happened, and the next batch works", (t) => {
  const { writer, rows } = history(t);
  const work = (): void =>
    writer.transaction((batch) => {
      const remembered = batch.keep(kept("a", "fail", 1));
      if (typeof remembered !== "string")
        batch.remember(
          remembered,
          {
            host: "nas",
            tag: "SCRUB",
            level: "fail",
            since: kept("a", "fail", 1).at,
            newest: kept("a", "fail", 1).at,
          },
          undefined,
        );
      batch.post("mail", "never");
      throw new Error("on purpose");
    });
  assert.throws(work, /on purpose/);
  assert.deepEqual(rows("SELECT id FROM bark"), []);
  keep(writer, [kept("a", "warning", 1)]);
  assert.deepEqual(rows("SELECT level FROM subject"), [["warning"]]);
  assert.deepEqual(writer.waiting(10), []);
});

test("messages wait in the outbox, in their order, until they have left", (t) => {
  const { writer } = history(t);
  writer.transaction((batch) => {
    for (const body of ["one", "two", "three"]) batch.post("mail", body);
  });
  const [first, second] = writer.waiting(2);
  assert.deepEqual([first?.body, second?.body], ["one", "two"]);
  if (second !== undefined) writer.posted(second);
  assert.deepEqual(
    writer.waiting(10).map(({ body }) => body),
    ["three"],
  );
});

test("whatever comes, and however it falls into batches, spells are what one bark at a time would give", (t) => {
  const file = join(folder(t), "one.db");
  const { writer, rows } = history(t);
  const single = new Writer(file);
  t.after(() => single[Symbol.dispose]());
  const other = new Sqlite(file, { readonly: true });
  t.after(() => other.close());
  let at = 0;
  let run = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom<Level[]>(...LEVELS)), { maxLength: 8 }),
        { maxLength: 4 },
      ),
      (batches) => {
        run++;
        const all = batches.map((batch) =>
          batch.map(([tag, level]) => kept(`${at}`, level, at++, { tag: `${tag}${run}` })),
        );
        for (const batch of all) keep(writer, batch);
        for (const one of all.flat()) keep(single, [one]);
        const query = `SELECT tag, level, since, until FROM state WHERE tag IN ('a${run}', 'b${run}') ORDER BY tag, since, seq`;
        assert.deepEqual(rows(query), other.prepare(query).raw().all());
      },
    ),
    { numRuns: 25 },
  );
});

test("a bark that comes a second time is known; another one under its id is told apart", (t) => {
  const { writer } = history(t);
  const keepOne = (one: Kept) => writer.transaction((batch) => batch.keep(one));
  keepOne(kept("a", "fail", 1));
  assert.equal(keepOne(kept("a", "fail", 1)), "known");
  assert.equal(keepOne({ ...kept("a", "fail", 1), body: '{"another":"one"}' }), "clash");
});

test("a history that is removed under its writer is not written to any more, and made anew", (t) => {
  const { writer, file } = history(t);
  keep(writer, [kept("a", "fail", 1)]);
  for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  assert.throws(() => keep(writer, [kept("b", "fail", 2)]), /was removed or replaced while it was in use/);
  keep(writer, [kept("b", "fail", 2)]);
  assert.ok(existsSync(file));
});
