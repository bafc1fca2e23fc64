import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../src/logic/fault.ts";
import { Oracle } from "../support/oracle.ts";
import { facts, programs, questions, TABLED } from "./programs.ts";
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
