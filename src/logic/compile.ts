import { checkCalls, gather, type Predicate, type Predicates, recursive, strata } from "./check.ts";
import { Fault } from "./fault.ts";
import { type Call, type Literal, Normal, namesOf, type Rule } from "./literal.ts";
import { parse } from "./parse.ts";
import type { Catalog, Column, Rows, Type } from "./relation.ts";
import { specialise } from "./specialise.ts";
import { Block, type Context } from "./sql.ts";
import { declaring } from "./herd.ts";
import { asked as askedOf, HOOKS } from "./hooks.ts";
import type { Goal, Term } from "./term.ts";

/** One statement that answers a query. */
export interface Compiled {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** One a variable of the query, in the order in which they stand there. Without any the question is whether there
   * is a row. */
  readonly columns: readonly Column[];
}

export interface Asking {
  readonly catalog: Catalog;
  /** ms since 1970; undefined where the statement is made once and asked often: then it is its parameter `now`. */
  readonly now: number | undefined;
  /** As of when; undefined for the present. */
  readonly at?: number;
  /** Whether the statement counts the rows that it looks at (history/functions.ts), so that it can be told to stop. */
  readonly counted?: boolean;
}

/** Rules that have been read and found to be right. */
export interface Program {
  readonly predicates: Predicates;
  /** What it may ask of: with what it declares. */
  readonly catalog: Catalog;
  /** The last thing of the text, where that was a query. */
  readonly query: readonly (readonly Literal[])[] | undefined;
}

/** Reads a program, and looks whether all that it says can be asked.
 * @param before  rules that it may use
 * @throws Fault */
export function program(text: string, asking: Asking, before: readonly Rule[] = []): Program {
  const { clauses, query, declared } = parse(text);
  const known = declaring(asking.catalog, declared);
  const normal = new Normal();
  const rules = [...before, ...clauses.flatMap((clause) => normal.rules(clause))];
  const predicates = gather(rules, known);
  const bodies = query && asked(query, normal);
  checkCalls([...rules.map(({ body }) => body), ...(bodies ?? [])], predicates, known);
  // All rules, also those that nothing asks of: what is wrong is said when it is written.
  const compiler = new Compiler(predicates, { ...asking, catalog: known });
  const made = { predicates, catalog: known, query: bodies };
  for (const group of strata([...predicates.keys()], predicates)) {
    const call = group.length === 1 ? hookOf(group) : undefined;
    if (call === undefined) compiler.group(group);
    else compile({ ...made, query: [[call]] }, asking);
  }
  return made;
}

/** What is asked only of what is known may say nothing of what that is. */
const hookOf = ([first]: readonly Predicate[]): Call | undefined =>
  first && (HOOKS[first.name]?.given ?? 0) > 0 ? askedOf(first.name, first.arity) : undefined;

const asked = (query: Goal, normal: Normal): readonly (readonly Literal[])[] => normal.bodies(query);

/** Makes the statement of a query.
 * @throws Fault */
export function compile({ predicates, catalog, query }: Program, asking: Asking): Compiled {
  if (query === undefined)
    throw new Fault(0, "there is no question", "write ?- and the goals, behind the rules");
  const names = [...new Set(query.flatMap((body) => body.flatMap((one) => [...freeOf(one)])))].filter(
    (name) => !name.startsWith("_"),
  );
  const special = specialise(query, predicates);
  const compiler = new Compiler(special.predicates, { ...asking, catalog });
  const roots = special.bodies.flatMap((body) => body.flatMap((one) => [...calledBy(one)]));
  const tables = strata(roots, special.predicates).flatMap((group) => compiler.group(group));
  return compiler.query(special.bodies, names, tables);
}

/** Variables that stand outside of negations and aggregates: what is only within is not asked for. */
function* freeOf(literal: Literal): Generator<string> {
  if (literal.kind === "aggregate") yield* namesIn(literal.result);
  else if (literal.kind !== "not") yield* namesOf(literal);
}

function* calledBy(literal: Literal): Generator<string> {
  if (literal.kind === "call") yield literal.name;
  else if (literal.kind === "not") for (const one of literal.body) yield* calledBy(one);
  else if (literal.kind === "aggregate")
    for (const body of literal.bodies) for (const one of body) yield* calledBy(one);
}

class Compiler {
  readonly #predicates: Predicates;
  readonly #context: Context;
  readonly #types = new Map<string, readonly Type[]>();
  readonly #parameters: Record<string, string | number> = {};
  readonly #known = new Map<string | number, string>();
  /** Where the predicates of the group at hand are read. */
  #open:
    | { readonly table: string; readonly names: ReadonlySet<string>; readonly tagged: boolean }
    | undefined;
  #aliases = 0;

  constructor(predicates: Predicates, { catalog, now, at, counted = false }: Asking) {
    this.#predicates = predicates;
    this.#context = {
      catalog,
      now,
      at,
      counted,
      parameter: (value) => this.#parameter(value),
      predicate: (call) => this.#predicate(call),
      alias: () => `t${++this.#aliases}`,
    };
  }

  query(
    bodies: readonly (readonly Literal[])[],
    names: readonly string[],
    tables: readonly string[],
  ): Compiled {
    const types: (Type | undefined)[] = [];
    const selects = bodies.map((body) => {
      const block = new Block(body, this.#context, { wanted: new Set(names) });
      const columns = names.map((name, place) => {
        const variable = { kind: "variable", name, at: body[0]?.at ?? 0 } as const;
        const { sql, type } = block.value(variable);
        types[place] ??= type;
        return `${sql} AS "${name}"`;
      });
      return `SELECT DISTINCT ${columns.length === 0 ? "1" : columns.join(", ")}${block.rest()}`;
    });
    const head = tables.length === 0 ? "" : `WITH RECURSIVE\n${tables.join(",\n")}\n`;
    const order = names.length === 0 ? "" : `\nORDER BY ${names.map((_, place) => place + 1).join(", ")}`;
    return {
      sql: `${head}${selects.join("\nUNION ")}${order}`,
      parameters: this.#parameters,
      columns: names.map((name, place) => ({ name, type: types[place] ?? "any" })),
    };
  }

  /** Common tables of predicates that call each other, or one of a predicate that calls none of its like. */
  group(group: readonly Predicate[]): readonly string[] {
    const [first] = group;
    if (first === undefined) return [];
    if (!recursive(group)) return [this.#plain(first)];
    return group.length === 1 ? [this.#recursive(first)] : this.#mutual(group);
  }

  #plain(predicate: Predicate): string {
    const selects = predicate.rules.map((rule) => this.#rule(rule, predicate));
    return `${table(predicate)} AS (${selects.join(" UNION ") || nothing(predicate)})`;
  }

  #recursive(predicate: Predicate): string {
    const { name } = predicate;
    this.#open = { table: quoted(name), names: new Set([name]), tagged: false };
    const [first, again] = this.#split(predicate);
    const selects = [...first, ...again].map((rule) => this.#rule(rule, predicate));
    this.#open = undefined;
    const none = first.length === 0 ? [nothing(predicate)] : [];
    return `${table(predicate)} AS (${[...none, ...selects].join(" UNION ")})`;
  }

  /** Several that call each other are one table, in which each row says whose it is. */
  #mutual(group: readonly Predicate[]): readonly string[] {
    const shared = group.map(({ name }) => name).join("+");
    const widest = Math.max(...group.map(({ arity }) => arity), 1);
    this.#open = { table: quoted(shared), names: new Set(group.map(({ name }) => name)), tagged: true };
    const [first, again]: [string[], string[]] = [[], []];
    for (const predicate of group) {
      const [base, others] = this.#split(predicate);
      for (const [rules, into] of [
        [base, first],
        [others, again],
      ] as const)
        for (const rule of rules) into.push(this.#rule(rule, predicate, widest));
    }
    this.#open = undefined;
    const all = Array.from({ length: widest }, (_, place) => `c${place + 1}`);
    if (first.length === 0) first.push(`SELECT ${["''", ...all.map(() => "NULL")].join(", ")} WHERE 0`);
    return [
      `${quoted(shared)}(tag, ${all.join(", ")}) AS (${[...first, ...again].join(" UNION ")})`,
      ...group.map(
        (predicate) =>
          `${table(predicate)} AS (SELECT ${columnsOf(predicate, "").join(", ")} FROM ${quoted(shared)} WHERE tag = ${this.#parameter(predicate.name)})`,
      ),
    ];
  }

  /** Rules that begin, and rules that go on. */
  #split({ rules }: Predicate): readonly [readonly Rule[], readonly Rule[]] {
    const again = (rule: Rule): number =>
      rule.body.filter((one) => one.kind === "call" && this.#open?.names.has(one.name)).length;
    const twice = rules.find((rule) => again(rule) > 1);
    if (twice !== undefined)
      throw new Fault(
        twice.at,
        `this rule of ${twice.name} goes on from two that are found so at once`,
        "let it go on from one, by a step of what begins it: reach(A, C) :- reach(A, B), step(B, C)",
      );
    return [rules.filter((rule) => again(rule) === 0), rules.filter((rule) => again(rule) > 0)];
  }

  #rule({ args, body, at }: Rule, predicate: Predicate, width?: number): string {
    const wanted = new Set(args.flatMap((arg) => [...namesIn(arg)]));
    const block = new Block(body, this.#context, { wanted });
    const values = args.map((arg) => block.value(arg));
    this.#learn(
      predicate,
      values.map(({ type }) => type),
      at,
    );
    const columns = values.map(({ sql }, place) => `${sql} AS c${place + 1}`);
    if (columns.length === 0) columns.push("1 AS c1");
    while (columns.length < (width ?? 0)) columns.push("NULL");
    const tag = width === undefined ? [] : [`${this.#parameter(predicate.name)} AS tag`];
    return `SELECT ${[...tag, ...columns].join(", ")}${block.rest()}`;
  }

  #learn({ name }: Predicate, types: readonly Type[], at: number): void {
    const before = this.#types.get(name);
    this.#types.set(
      name,
      before === undefined ? types : before.map((type, place) => common(type, types[place] ?? "any", at)),
    );
  }

  #predicate({ name, args }: Call): { readonly rows: Rows; readonly types: readonly Type[] } | undefined {
    const predicate = this.#predicates.get(name);
    if (predicate?.arity !== args.length) return undefined;
    const open = this.#open?.names.has(name) ? this.#open : undefined;
    const types = this.#types.get(name) ?? args.map(() => "any" as const);
    return {
      types,
      rows: {
        from: open?.table ?? quoted(name),
        where: open?.tagged ? `{t}.tag = ${this.#parameter(name)}` : "",
        columns: args.map((_, place) => `{t}.c${place + 1}`),
      },
    };
  }

  #parameter(value: string | number): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const name = `p${this.#known.size + 1}`;
    this.#parameters[name] = value;
    this.#known.set(value, `:${name}`);
    return `:${name}`;
  }
}

/** What is a text by one rule and a number by another is whatever it is. */
const common = (one: Type, other: Type, _at: number): Type => (one === other ? one : "any");

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const columnsOf = ({ arity }: Predicate, value: string): readonly string[] =>
  Array.from({ length: Math.max(arity, 1) }, (_, place) => value || `c${place + 1}`);
const nothing = (predicate: Predicate): string => `SELECT ${columnsOf(predicate, "NULL").join(", ")} WHERE 0`;
const table = (predicate: Predicate): string =>
  `${quoted(predicate.name)}(${columnsOf(predicate, "").join(", ")})`;

function* namesIn(term: Term): Generator<string> {
  if (term.kind === "variable") yield term.name;
  else if (term.kind === "compound") for (const one of term.args) yield* namesIn(one);
}
