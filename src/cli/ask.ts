import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stateDirectory } from "../directories.ts";
import { Asker, type Rows } from "../history/asker.ts";
import { type Asking, type Compiled, compile, type Program } from "../logic/compile.ts";
import { Fault, pointed } from "../logic/fault.ts";
import { program } from "../logic/program.ts";
import type { Catalog } from "../logic/relation.ts";
import { type Whys, why } from "../logic/why.ts";
import { relationsOf } from "../rules/relations.ts";
import { printable } from "../printable.ts";
import { SYSEXITS } from "../sysexits.ts";
import { type Epoch, now, type Seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { answer, type Form } from "./answer.ts";
import { because, becauseJson } from "./because.ts";
import { within } from "./limit.ts";
import { say, sayJson } from "./say.ts";

/** What is asked, and how. */
export interface Question {
  /** Of the command line; undefined where a file has all. */
  readonly text: string | undefined;
  /** Rules, and perhaps the question. */
  readonly file: string | undefined;
  /** As of when. */
  readonly at: Epoch | undefined;
  readonly form: Form;
  /** Say how, too. */
  readonly explain: boolean;
  /** Say what each answer rests on, too. */
  readonly why: boolean;
  /** Rows at the most. */
  readonly limit: number;
  readonly timeout: Seconds;
}

/** `sheepdog ask`. @returns the exit code: 0 with answers, 1 without, 65 when the question is not understood
 * @throws Trouble when it cannot be answered */
export async function ask(question: Question): Promise<number> {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  return await askOf(asker, relationsOf(asker), question);
}

async function askOf(asker: Asker, relations: Catalog, question: Question): Promise<number> {
  const { text: line = "", file, at, limit } = question;
  const rules = file === undefined ? "" : `${contents(file)}\n`;
  const asking = { catalog: relations, now: at ?? now(), asks: true, ...(at === undefined ? {} : { at }) };
  const began = performance.now();
  let made: Compiled;
  let read: Program;
  try {
    read = program(rules + line, asking);
    made = compile(read, asking);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const own = error.at >= rules.length;
    const shown = own ? new Fault(error.at - rules.length, error.message, error.advice) : error;
    const words = pointed(shown, own ? line : rules, own ? "question" : (file ?? ""));
    process.stderr.write(printable(words, "\n"));
    return SYSEXITS.data[0];
  }
  const compiled = performance.now();
  using _ = within(question.timeout);
  const found = asker.ask(made.sql, made.parameters, limit);
  const asked = performance.now();
  if (question.why) await sayWhy(asker, { made, read, asking, rows: found.rows, form: question.form });
  else await say(await answer(made.columns, found.rows, question.form));
  if (question.explain) {
    const plan = asker.plan(made.sql, made.parameters);
    const values = Object.entries(made.parameters).map(
      ([name, value]) => `${name} = ${JSON.stringify(value)}`,
    );
    const times = `read and compiled in ${(compiled - began).toFixed(1)} ms, answered in ${(asked - compiled).toFixed(1)} ms`;
    process.stderr.write(`${printable([made.sql, ...values, "", ...plan, "", times].join("\n"), "\n")}\n`);
  }
  if (found.more)
    process.stderr.write(`sheepdog: there are more than ${limit} answers; --limit N shows more\n`);
  return found.rows.length === 0 ? 1 : 0;
}

/** What was asked, how it was understood, and what came of it. */
interface Asked {
  readonly made: Compiled;
  readonly read: Program;
  readonly asking: Asking;
  readonly rows: Rows["rows"];
  readonly form: Form;
}

async function sayWhy(asker: Asker, { made, read, asking, rows, form }: Asked): Promise<void> {
  const whys: Whys = {
    predicates: read.predicates,
    query: read.query ?? [],
    asking,
    run: (sql, parameters, limit) => asker.ask(sql, parameters, limit).rows,
  };
  const all = rows.map((row) => ({
    row,
    reasons: why(made.columns, row, whys),
  }));
  if (form === "json") await sayJson(becauseJson(made.columns, all));
  else await say(because(made.columns, all));
}

function contents(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Trouble(`cannot read ${file} (${errno(error) ?? "unknown"})`, {
      advice: "name a file with rules and a question",
      cause: error,
    });
  }
}
