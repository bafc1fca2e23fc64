// The question that all began with, asked of SWI-Prolog, too, with the same facts in memory and its indexes warm. It takes
// minutes: they are written and loaded first.
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Asker } from "../src/history/asker.ts";
import { compile } from "../src/logic/compile.ts";
import { herd } from "../src/logic/herd.ts";
import { program } from "../src/logic/program.ts";
import { term, told } from "../src/logic/prolog.ts";
import { relationsOf } from "../src/rules/relations.ts";
import { machine, median } from "./measure.ts";
import { PROLOG, QUESTION } from "./seed.ts";
import { BIG, build, NOW } from "./world.ts";

const TURNS = 21;
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const [history, facts, script] = ["history.db", "facts.pl", "ask.pl"].map((name) => join(folder, name));
if (history === undefined || facts === undefined || script === undefined) throw new Error("no names");
const ms = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e6;

console.log(machine());
build(history, BIG);
const asker = new Asker(history);
const relations = relationsOf(asker);

/** What `sheepdog export --prolog` writes of the relations that are asked of. */
async function write(file: string): Promise<number> {
  const out = createWriteStream(file);
  let count = 0;
  for (const { name, sql } of herd(asker.relations()).flatMap(told)) {
    if (!["ram", "package_during", "state_during"].includes(name)) continue;
    for (const row of asker.each(sql)) {
      count++;
      if (!out.write(`${name}(${row.map(term).join(", ")}).\n`)) await once(out, "drain");
    }
  }
  out.end();
  await once(out, "close");
  return count;
}

const asking = { catalog: relations, now: NOW };
function ours(): { readonly took: number; readonly answers: number } {
  const began = process.hrtime.bigint();
  const { sql, parameters } = compile(program(QUESTION, asking), asking);
  const { rows } = asker.ask(sql, parameters, 1_000_000);
  return { took: ms(began), answers: rows.length };
}

const count = await write(facts);
writeFileSync(
  script,
  `:- initialization(main, main).
main :- repeat, read_term(user_input, Line, []), ( Line == end_of_file -> ! ; get_time(A), answered(N), get_time(B), Ms is (B - A) * 1000,
  format("~w ~w~n", [Ms, N]), flush_output, fail ).
answered(N) :- ${PROLOG}.
`,
);
const began = process.hrtime.bigint();
const child = spawn("swipl", ["--stack-limit=8g", "-l", facts, script], {
  stdio: ["pipe", "pipe", "inherit"],
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function theirs(): Promise<{ readonly took: number; readonly answers: number }> {
  child.stdin.write("go.\n");
  const { value, done } = await lines.next();
  if (done === true) throw new Error("swipl has left");
  const [took = 0, answers = 0] = value.split(" ").map(Number);
  return { took, answers };
}
const first = await theirs();
console.log(
  `SWI-Prolog has loaded ${count} facts, and given its first answer, after ${(ms(began) / 1000).toFixed(0)} s; the first answer took ${(first.took / 1000).toFixed(1)} s`,
);
const resident = (pid: number | undefined): string =>
  /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
const gib = (kib: string): string => (Number(kib) / 2 ** 20).toFixed(1);
console.log(
  `it has ${gib(resident(child.pid))} GiB of memory, this process ${gib(resident(process.pid))} GiB`,
);
const cold = ours();
console.log(`here the first answer took ${cold.took.toFixed(1)} ms, reading and compiling it included`);
if (cold.answers !== first.answers) throw new Error(`${cold.answers} answers, ${first.answers} there`);
const [mine, its]: [number[], number[]] = [[], []];
for (let turn = 0; turn < TURNS; turn++) {
  mine.push(ours().took);
  its.push((await theirs()).took);
}
const [one, other] = [median(mine), median(its)];
console.log(
  `${cold.answers} answers, warm: ${one.toFixed(1)} ms with reading and compiling, SWI-Prolog ${other.toFixed(1)} ms: ${(other / one).toFixed(2)} times as fast (goal 2.5)`,
);
child.stdin.end();
asker[Symbol.dispose]();
rmSync(folder, { recursive: true });
