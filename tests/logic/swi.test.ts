import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/logic/fault.ts";
import { Oracle } from "../support/oracle.ts";
import { facts, programs, questions, TABLED } from "./programs.ts";
import * as wide from "./wide.ts";
import { World } from "./world.ts";

const RUNS = Number(process.env["SHEEPDOG_RUNS"] ?? 500);

test("generated programs have the answers that SWI-Prolog finds, with tabling", async (t) => {
  const oracle = new Oracle(t, ["swipl", "tests/logic/oracle.pl"]);
  let [compared, answers, recursive, refused] = [0, 0, 0, 0];
  await fc.assert(
    fc.asyncProperty(facts, programs, questions, async ({ edges, nodes, weights }, rules, question) => {
      const world = new World({
        edge: { types: ["text", "text"], rows: edges },
        node: { types: ["text"], rows: nodes.map((one) => [one]) },
        weight: { types: ["text", "number"], rows: weights },
      });
      const { which, first, second } = question;
      const args = [first ?? "A", second ?? "B"];
      const open = args.filter((one) => /^[AB]$/.test(one));
      let ours: readonly (readonly (string | number)[])[];
      try {
        ours = world.ask(`${rules}\n?- p${which}(${args.join(", ")}).`);
      } catch (error) {
        if (!(error instanceof Fault))
          throw new Error(`${rules}\n${(error as Error).message}`, { cause: error });
        refused++;
        return;
      }
      const theirs = await oracle.ask<readonly (readonly (string | number)[])[] | "error">({
        program: `${world.facts}${rules}\n`,
        relations: ["edge/2", "node/1", "weight/2"],
        tabled: TABLED,
        goal: `p${which}(${args.join(", ")})-[${open.join(", ")}]`,
      });
      assert.notEqual(theirs, "error", rules);
      const plain = (rows: readonly (readonly (string | number)[])[]): readonly string[] =>
        (open.length === 0 ? rows.slice(0, 1).map(() => []) : rows).map((row) => row.join()).sort();
      assert.deepEqual(
        plain(ours),
        plain(theirs as readonly (readonly (string | number)[])[]),
        `${world.facts}${rules}\n?- p${which}(${args.join(", ")}).`,
      );
      compared++;
      answers += ours.length;
      if (rules.includes(`p${which}(`)) recursive++;
    }),
    { numRuns: RUNS },
  );
  t.diagnostic(`${compared} programs compared (${answers} answers), ${refused} refused`);
  assert.ok(compared > RUNS * 0.7, `${refused} of ${RUNS} were refused`);
  assert.ok(answers > RUNS && recursive > 0);
});

const pairs = fc.uniqueArray(fc.tuple(fc.constantFrom(...wide.NAMES), fc.constantFrom(...wide.NAMES)), {
  minLength: 3,
  maxLength: 12,
  selector: (pair) => pair.join(),
});
const numbers = fc.integer({ min: -2, max: 4 });
const worlds = fc.record({
  edge: pairs,
  node: fc
    .uniqueArray(fc.constantFrom(...wide.NAMES), { minLength: 2 })
    .map((all) => all.map((one) => [one])),
  weight: fc.uniqueArray(fc.tuple(fc.constantFrom(...wide.NAMES), numbers), {
    minLength: 3,
    maxLength: 8,
    selector: (row) => row.join(),
  }),
  near: fc.uniqueArray(fc.tuple(fc.constantFrom(...wide.NAMES), fc.constantFrom(...wide.NAMES), numbers), {
    minLength: 2,
    maxLength: 8,
    selector: (row) => row.join(),
  }),
  clock: fc.constant([[0], [1], [2], [4]]),
  on: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom(...wide.NAMES),
        numbers,
        fc.integer({ min: 0, max: 5 }),
        fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(Infinity)),
      )
      .map(([name, number, since, span]) => [name, number, since, since + span] as const),
    { minLength: 2, maxLength: 7, selector: (row) => row.join() },
  ),
});

test("so have wider ones: numbers, texts, spans, and aggregates of what is known and of each", async (t) => {
  const oracle = new Oracle(t, ["swipl", "tests/logic/oracle.pl"]);
  let [compared, answers, some, refused] = [0, 0, 0, 0];
  const kinds = { t: "text", n: "number" } as const;
  const types = (text: string) => Array.from(text, (one) => kinds[one as "t" | "n"]);
  await fc.assert(
    fc.asyncProperty(worlds, fc.gen(), async ({ edge, node, weight, near, clock, on }, gen) => {
      const world = new World({
        edge: { types: types("tt"), rows: edge },
        node: { types: types("t"), rows: node },
        weight: { types: types("tn"), rows: weight },
        near: { types: types("ttn"), rows: near },
        clock: { types: types("n"), rows: clock },
        on: { types: types("tn"), rows: on, lasting: true },
      });
      const made = wide.program(
        <Value>(all: readonly Value[]) => all[gen(fc.nat, { max: all.length - 1 })] as Value,
      );
      const text = `${world.facts}${made.ours}\n?- ${made.goal}.\n\n${made.theirs}`;
      let ours: readonly (readonly (string | number)[])[];
      try {
        ours = world.ask(`${made.ours}\n?- ${made.goal}.`);
      } catch (error) {
        if (!(error instanceof Fault))
          throw new Error(`${text}\n${(error as Error).message}`, { cause: error });
        refused++;
        return;
      }
      const theirs = await oracle.ask<readonly (readonly (string | number)[])[] | "error">({
        program: `${world.facts}${made.theirs}\n`,
        relations: wide.RELATIONS,
        tabled: wide.TABLED,
        goal: `${made.goal}-[${made.open.join(", ")}]`,
      });
      assert.notEqual(theirs, "error", text);
      const plain = (rows: readonly (readonly (string | number)[])[]): readonly string[] =>
        (made.open.length === 0 ? rows.slice(0, 1).map(() => []) : rows).map((row) => row.join()).sort();
      assert.deepEqual(plain(ours), plain(theirs as readonly (readonly (string | number)[])[]), text);
      compared++;
      answers += ours.length;
      if (ours.length > 0) some++;
    }),
    // To make what failed smaller takes minutes.
    { numRuns: RUNS, endOnFailure: true },
  );
  t.diagnostic(`${compared} programs compared (${answers} answers, ${some} with some), ${refused} refused`);
  assert.ok(compared > RUNS * 0.9, `${refused} of ${RUNS} were refused`);
  assert.ok(some > RUNS * 0.1);
});
