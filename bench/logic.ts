// What a question costs, beside the best SQL that could be written for it by hand, on a big history.
// SWI-Prolog is asked the same in prolog.ts.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Asker } from "../src/history/asker.ts";
import { compile } from "../src/logic/compile.ts";
import { program } from "../src/logic/program.ts";
import { catalog, type Catalog } from "../src/logic/relation.ts";
import { relationsOf } from "../src/rules/relations.ts";
import { machine, median } from "./measure.ts";
import { HAND, QUESTION } from "./seed.ts";
import { BIG, build, NOW } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const file = join(folder, "history.db");
const ms = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e6;

console.log(machine());
const made = process.hrtime.bigint();
build(file, BIG);
console.log(
  `history made in ${(ms(made) / 1000).toFixed(0)} s, ${(statSync(file).size / 2 ** 30).toFixed(1)} GiB`,
);

const asker = new Asker(file);
const relations = relationsOf(asker);
const asking = { catalog: relations, now: NOW };

/** Turn by turn, medians in ms. */
function compare(
  question: string,
  hand: string,
  world: Catalog,
  ask: (sql: string, parameters: object) => unknown[],
): void {
  const [ours, theirs, compiling]: [number[], number[], number[]] = [[], [], []];
  let [found, expected] = [0, 0];
  for (let turn = 0; turn < 41; turn++) {
    const began = process.hrtime.bigint();
    const { sql, parameters } = compile(program(question, { catalog: world, now: NOW }), {
      catalog: world,
      now: NOW,
    });
    compiling.push(ms(began));
    const at = process.hrtime.bigint();
    found = ask(sql, parameters).length;
    ours.push(ms(at));
    const then = process.hrtime.bigint();
    expected = ask(hand, {}).length;
    theirs.push(ms(then));
  }
  if (found !== expected) throw new Error(`${found} answers, ${expected} by hand`);
  const [one, other] = [median(ours), median(theirs)];
  console.log(
    `  ${found} answers: ${one.toFixed(1)} ms, by hand ${other.toFixed(1)} ms: ${(one / other).toFixed(2)}; compiled in ${median(compiling).toFixed(2)} ms`,
  );
}

console.log(
  "services interrupted in the last month on machines with little memory that ran nginx 1.22.1 then (goal 1.2):",
);
compare(QUESTION, HAND, relations, (sql, parameters) => [
  ...asker.ask(sql, parameters as Record<string, number>, 1_000_000).rows,
]);
const { sql, parameters } = compile(program(QUESTION, asking), asking);
console.log(
  asker
    .plan(sql, parameters)
    .map((line) => `    ${line}`)
    .join("\n"),
);
asker[Symbol.dispose]();

/** 100,000 edges: a thousand machines in each of twenty layers, five of which each depends on below. */
const graph = new Sqlite(":memory:");
graph.exec("CREATE TABLE edge (a TEXT NOT NULL, b TEXT NOT NULL) STRICT; CREATE INDEX edge_a ON edge (a, b)");
const insert = graph.prepare("INSERT INTO edge VALUES (?, ?)");
for (let layer = 0; layer < 20; layer++)
  for (let one = 0; one < 1000; one++)
    for (let step = 0; step < 5; step++)
      insert.run(`n${layer}-${one}`, `n${layer + 1}-${(one * 7 + step * 131) % 1000}`);
const edges = catalog([
  {
    name: "edge",
    columns: ["From", "To"].map((name) => ({ name, type: "text" as const, spread: 1e4 })),
    size: 1e5,
    about: "",
    example: "",
    present: { from: "edge", where: "", columns: ["{t}.a", "{t}.b"] },
  },
]);
const REACHED = `WITH RECURSIVE reach (b) AS (
  SELECT b FROM edge WHERE a = 'n0-0' UNION SELECT edge.b FROM reach JOIN edge ON edge.a = reach.b
) SELECT b FROM reach ORDER BY 1`;
for (const [how, rule] of [
  ["handing on where it began", "reach(A, C) :- reach(A, B), edge(B, C)."],
  ["handing on where it goes", "reach(A, C) :- edge(A, B), reach(B, C)."],
] as const) {
  console.log(`what a machine depends on, 100,000 edges, ${how} (goal 1.3):`);
  compare(`reach(A, B) :- edge(A, B). ${rule} reach('n0-0', X)`, REACHED, edges, (text, values) =>
    graph.prepare(text).raw().all(values),
  );
}

const rules = Array.from(
  { length: 50 },
  (_, n) =>
    `p${n}(H, T) :- state(H, T, fail), ram(H, B), B < gib(${n + 1}), \\+ state(H, 'PING', missing)${n === 0 ? "" : `, p${n - 1}(H, _)`}.`,
).join("\n");
const spans = Array.from({ length: 50 }, () => {
  const at = process.hrtime.bigint();
  compile(program(`${rules}\n?- p49(H, T).`, asking), asking);
  return ms(at);
});
console.log(`a question with 50 rules is read and compiled in ${median(spans).toFixed(1)} ms (goal 5)`);
rmSync(folder, { recursive: true });
