import assert from "node:assert/strict";
import { test } from "node:test";
import { compile } from "../../src/logic/compile.ts";
import { program } from "../../src/logic/program.ts";
import { asked } from "../../src/logic/hooks.ts";
import { type Row, World } from "./world.ts";

const NAMES = ["a", "b", "c", "d"];
const world = (): World =>
  new World({
    edge: {
      types: ["text", "text"],
      rows: [
        ["a", "b"],
        ["b", "c"],
        ["c", "b"],
        ["d", "d"],
      ],
    },
    level: {
      types: ["text", "number"],
      rows: [
        ["a", 1],
        ["b", 2],
        ["c", 2],
      ],
    },
  });

/** Rules of mute in the shapes that a constant is put into in ways of their own. */
const RULES: readonly string[] = [
  "mute(X, Y) :- edge(X, Y).",
  "mute(X, X) :- level(X, _).",
  "mute(a, Y) :- edge(_, Y). mute(X, c) :- level(X, 2).",
  "mute(X, Y) :- edge(X, Z), edge(Z, Y), \\+ edge(X, Y).",
  "r(X, Y) :- edge(X, Y). r(X, Y) :- r(X, Z), edge(Z, Y). mute(X, Y) :- r(X, Y).",
  "r(X, Y) :- edge(X, Y). r(X, Y) :- edge(X, Z), r(Z, Y). mute(X, Y) :- r(X, Y).",
  "mute(X, Y) :- edge(X, Y). mute(X, Y) :- edge(X, Z), mute(Z, Y).",
  "mute(X, Y) :- level(X, N), level(Y, M), N < M.",
  "mute(X, Y) :- level(X, _), level(Y, _), X = Y.",
  "mute(X, Y) :- edge(X, _), aggregate_all(count, edge(_, Y), N), N >= 2.",
  "p(X, Y) :- edge(X, Y). p(X, Y) :- q(X, Y). q(X, Y) :- edge(X, Z), p(Z, Y). mute(X, Y) :- p(X, Y).",
  "mute(X, Y) :- edge(X, Y), concat(X, Y) = 'bc'.",
];

for (const rules of RULES)
  test(`what is given later answers as what is written there: ${rules}`, () => {
    const all = world();
    const asking = { catalog: all.catalog, now: 0 };
    const made = program(rules, asking);
    const call = asked("mute", 2);
    assert.ok(call !== undefined);
    const later = compile({ ...made, query: [[call]] }, { ...asking, now: undefined });
    const statement = all.database.prepare(later.sql).raw();
    let some = 0;
    for (const host of NAMES)
      for (const tag of NAMES) {
        const expected = all.ask(`${rules} ?- mute(${host}, ${tag}).`);
        const found = statement.all({ ...later.parameters, host, tag, now: 0 }) as Row[];
        assert.deepEqual(found, expected, `${host}, ${tag}`);
        some += found.length;
      }
    assert.ok(some > 0 && some < NAMES.length ** 2, `${some}`);
  });

test("of what is given a rule need say nothing, and a moment that is asked later is that one", () => {
  const all = world();
  const asking = { catalog: all.catalog, now: undefined };
  const made = program("mute(_, Y) :- level(b, N), N > ago(seconds(1)), Y \\= c.", asking);
  const call = asked("mute", 2);
  const { sql, parameters } = compile({ ...made, query: call && [[call]] }, asking);
  const at = (now: number, tag: string): number =>
    all.database
      .prepare(sql)
      .raw()
      .all({ ...parameters, host: "none", tag, now }).length;
  assert.deepEqual([at(0, "x"), at(0, "c"), at(1001, "x"), at(1002, "x")], [1, 0, 1, 0]);
});
