import { type Predicates, recursive, strata } from "./check.ts";
import { type Asking, statement } from "./compile.ts";
import { Fault } from "./fault.ts";
import { type Call, freeOf, type Literal, type Rule } from "./literal.ts";
import { term as written } from "./prolog.ts";
import type { Relation, Rows } from "./relation.ts";
import { type Certain, given } from "./specialise.ts";
import type { Constant, Term } from "./term.ts";

type Value = string | number | null;

/** What an answer rests on. */
export interface Reason {
  /** As it would be written. */
  readonly goal: string;
  /** "history": a row of it; "rule": what rules say, because of the rest; "recursion": rules that call themselves, of
   * which no more is told; "absence": there is nothing of the kind; "aggregate": it comes to that. */
  readonly by: "history" | "rule" | "recursion" | "absence" | "aggregate";
  /** The bark that told it, where it is still there. */
  readonly bark?: string;
  /** ms since 1970, from when until when; without an end it lasts. */
  readonly since?: number;
  readonly until?: number;
  readonly because?: readonly Reason[];
}

export interface Whys {
  readonly predicates: Predicates;
  readonly query: readonly (readonly Literal[])[];
  readonly asking: Asking;
  /** Asks the history for a few rows at the most. */
  readonly run: (
    sql: string,
    parameters: Readonly<Record<string, string | number>>,
  ) => readonly (readonly Value[])[];
}

/** Finds one way in which an answer comes about: each goal is asked once more, of what is known by then.
 * @param answer  what its variables stand for */
export function why(answer: ReadonlyMap<string, Value>, whys: Whys): readonly Reason[] {
  const names = [...answer.keys()];
  const rules = whys.query.map(
    (body): Rule => ({
      name: "?",
      args: names.map((name) => ({ kind: "variable", name, at: 0 })),
      body,
      at: 0,
    }),
  );
  const values = new Map(names.map((name, place) => [place, constant(answer.get(name) ?? null)]));
  return new Finder(whys).first(rules, values) ?? [];
}

class Finder {
  readonly #whys: Whys;
  readonly #loops: ReadonlySet<string>;

  constructor(whys: Whys) {
    this.#whys = whys;
    const groups = strata([...whys.predicates.keys()], whys.predicates);
    this.#loops = new Set(groups.filter(recursive).flatMap((group) => group.map(({ name }) => name)));
  }

  /** The first of some rules that says so, and why. */
  first(rules: readonly Rule[], values: Certain): readonly Reason[] | undefined {
    for (const rule of rules)
      for (const { body } of given(rule, values, rule.name)) {
        const found = this.#values(body);
        if (found !== undefined) return body.flatMap((one) => this.#reasons(put(one, found)));
      }
    return undefined;
  }

  /** What all variables of goals stand for, where they hold. */
  #values(body: readonly Literal[]): ReadonlyMap<string, Constant> | undefined {
    const { predicates, asking, run } = this.#whys;
    const names = [...new Set(body.flatMap((one) => [...freeOf(one)]))];
    try {
      const { sql, parameters } = statement([body], names, predicates, asking);
      const [row] = run(`${sql}\nLIMIT 1`, parameters);
      return row && new Map(names.map((name, place) => [name, constant(row[place] ?? null)]));
    } catch (error) {
      // A rule of texts, asked of a number: it is not this one.
      if (error instanceof Fault) return undefined;
      throw error;
    }
  }

  #reasons(one: Literal): readonly Reason[] {
    switch (one.kind) {
      case "call":
        return [this.#call(one, one.time)];
      case "during":
        // All of them held when the last one began.
        return one.calls.map((call) => this.#call(call, one.since));
      case "not":
        return [{ goal: `\\+ ${inBrackets(one.body)}`, by: "absence" }];
      case "aggregate": {
        const what = one.of === undefined ? one.name : `${one.name}(${text(one.of)})`;
        const goal = one.bodies.map((body) => inBrackets(body)).join(" ; ");
        return [{ goal: `aggregate_all(${what}, ${goal}, ${text(one.result)})`, by: "aggregate" }];
      }
      case "compare":
      case "test":
        return [];
      default:
        return one satisfies never;
    }
  }

  #call(call: Call, time: Term | undefined): Reason {
    const goal = said(call);
    const predicate = this.#whys.predicates.get(call.name);
    if (predicate === undefined) return { goal, by: "history", ...this.#row(call, time) };
    if (this.#loops.has(call.name)) return { goal, by: "recursion" };
    const values = new Map(
      call.args.flatMap((arg, place) => (arg.kind === "constant" ? [[place, arg] as const] : [])),
    );
    return { goal, by: "rule", because: this.first(predicate.rules, values) ?? [] };
  }

  /** Where a row came from. */
  #row(call: Call, time: Term | undefined): Pick<Reason, "bark" | "since" | "until"> {
    const { asking, run } = this.#whys;
    const relation = asking.catalog.find(call.name, call.args.length);
    if (relation === undefined) return {};
    const moment = time?.kind === "constant" ? time.value : asking.at;
    const { sql, parameters } = source(relation, call.args, moment);
    const [[bark, since, until] = []] = sql === "" ? [] : run(sql, parameters);
    return {
      ...(typeof bark === "string" && { bark }),
      ...(typeof since === "number" && { since }),
      ...(typeof until === "number" && { until }),
    };
  }
}

/** SQL of bark, since and until of a row that holds at a moment, or now. */
function source(
  { present, spans }: Relation,
  args: readonly Term[],
  moment: Value | undefined,
): { readonly sql: string; readonly parameters: Readonly<Record<string, string | number>> } {
  const rows: Rows = spans ?? present;
  const parameters: Record<string, string | number> = {};
  const where = rows.where === "" ? [] : [rows.where];
  for (const [place, arg] of args.entries())
    if (arg.kind === "constant") {
      parameters[`a${place}`] = arg.value;
      where.push(`${rows.columns[place] ?? "NULL"} = :a${place}`);
    }
  if (spans !== undefined) {
    if (typeof moment === "number") {
      parameters["moment"] = moment;
      where.push(`${spans.since} <= :moment`, `(${spans.until} IS NULL OR ${spans.until} > :moment)`);
    } else where.push(`(${spans.until} IS NULL OR ${spans.until} > unixepoch() * 1000)`);
  }
  const columns = [rows.bark ?? "NULL", spans?.since ?? "NULL", spans?.until ?? "NULL"];
  const sql = `SELECT ${columns.join(", ")} FROM ${rows.from} AS t WHERE ${where.join(" AND ")} LIMIT 1`;
  return { sql: where.length === 0 ? "" : sql.replaceAll("{t}", "t"), parameters };
}

const constant = (value: Value): Constant => ({ kind: "constant", value: value ?? "null", at: 0 });

/** A goal with what its variables stand for. */
function put(one: Literal, values: ReadonlyMap<string, Constant>): Literal {
  const names = [...values.keys()];
  const rule: Rule = {
    name: "",
    args: names.map((name) => ({ kind: "variable", name, at: 0 })),
    body: [one],
    at: 0,
  };
  const certain = new Map([...values.values()].map((value, place) => [place, value]));
  return given(rule, certain, "")[0]?.body[0] ?? one;
}

const said = ({ name, args, time }: Call): string => {
  const [own = ""] = name.split("\u0001");
  const goal = args.length === 0 ? own : `${own}(${args.map(text).join(", ")})`;
  return time === undefined ? goal : `at(${goal}, ${text(time)})`;
};

function text(term: Term): string {
  if (term.kind === "constant") return written(term.value);
  if (term.kind === "hole") return "_";
  if (term.kind === "variable") return term.name.startsWith("_") ? "_" : term.name;
  const [left, right] = term.args.map(text);
  return /^\W/.test(term.name) && right !== undefined
    ? `${left} ${term.name} ${right}`
    : `${term.name}(${term.args.map(text).join(", ")})`;
}

const inBrackets = (body: readonly Literal[]): string =>
  body.length === 1 ? body.map(goalOf).join("") : `(${body.map(goalOf).join(", ")})`;

function goalOf(one: Literal): string {
  switch (one.kind) {
    case "call":
      return said(one);
    case "test":
      return `${one.name}(${one.args.map(text).join(", ")})`;
    case "compare":
      return `${text(one.left)} ${one.name} ${text(one.right)}`;
    case "not":
      return `\\+ ${inBrackets(one.body)}`;
    case "during":
      return `during(${inBrackets(one.calls)}, ${text(one.since)}, ${text(one.until)})`;
    case "aggregate":
      return `aggregate_all(${one.of === undefined ? one.name : `${one.name}(${text(one.of)})`}, ${one.bodies.map(inBrackets).join(" ; ")}, ${text(one.result)})`;
    default:
      return one satisfies never;
  }
}
