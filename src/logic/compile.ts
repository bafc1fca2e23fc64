import { callees, checkCalls, gather, type Predicate, type Predicates, recursive, strata } from "./check.ts";
import { Fault } from "./fault.ts";
import { type Call, freeOf, type Literal, Normal, type Rule } from "./literal.ts";
import { linear } from "./linear.ts";
import { parse } from "./parse.ts";
import type { Catalog, Titled, Type } from "./relation.ts";
import { specialise } from "./specialise.ts";
import { Block, common, type Context } from "./sql.ts";
import { declaring } from "./herd.ts";
import { asked as askedOf, HOOKS } from "./hooks.ts";
import { few, Sizes, type Sum } from "./size.ts";
import { type Parsed, variables } from "./term.ts";

/** One statement that answers a query. */
export interface Compiled {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** One a variable of the query, in the order in which they stand there. Without any the question is whether there
   * is a row. */
  readonly columns: readonly Titled[];
}

export interface Asking {
  readonly catalog: Catalog;
  /** ms since 1970; undefined where the statement is made once and asked often: then it is its parameter `now`. */
  readonly now: number | undefined;
  /** As of when; undefined for the present. */
  readonly at?: number;
  /** Whether a person asks, and does not only write rules. */
  readonly asks?: boolean;
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
  try {
    return read(text, asking, before);
  } catch (error) {
    throw overflown(error);
  }
}

function read(text: string, asking: Asking, before: readonly Rule[]): Program {
  const parsed = parse(text);
  const known = declaring(asking.catalog, parsed.declared);
  const { clauses, query } = asked(parsed, { ...asking, catalog: known });
  const normal = new Normal();
  const rules = [...before, ...clauses.flatMap((clause) => normal.rules(clause))];
  const predicates = linear(gather(rules, known));
  const bodies = query && normal.bodies(query);
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

/** Where a person asks, what comes last and looks like a fact of a relation is the question: `host(H).` */
function asked({ clauses, query }: Parsed, { catalog, asks }: Asking): Pick<Parsed, "clauses" | "query"> {
  const last = clauses.at(-1);
  if (asks !== true || query !== undefined || last === undefined || last.body !== undefined)
    return { clauses, query };
  const { head } = last;
  const open = head.args.some((arg) => [...variables(arg)].length > 0);
  if (!open && catalog.named(head.name).length === 0) return { clauses, query };
  return { clauses: clauses.slice(0, -1), query: head };
}

/** What is so large that whoever reads it runs out of stack has no place. */
const overflown = (error: unknown): unknown =>
  error instanceof RangeError
    ? new Fault(0, "this is nested too deeply", "give parts of it names: rules")
    : error;

/** What is asked only of what is known may say nothing of what that is. */
const hookOf = ([first]: readonly Predicate[]): Call | undefined =>
  first && (HOOKS[first.name]?.given ?? 0) > 0 ? askedOf(first.name, first.arity) : undefined;

/** Makes the statement of a query.
 * @throws Fault */
export function compile({ predicates, catalog, query }: Program, asking: Asking): Compiled {
  if (query === undefined)
    throw new Fault(0, "there is no question", "write the goals behind the rules: ?- state(H, T, fail)");
  const names = [...new Set(query.flatMap((body) => body.flatMap((one) => [...freeOf(one)])))].filter(
    (name) => !name.startsWith("_"),
  );
  return statement(query, names, predicates, { ...asking, catalog });
}

/** Makes the statement that finds what `names` stand for.
 * @throws Fault */
export function statement(
  bodies: readonly (readonly Literal[])[],
  names: readonly string[],
  predicates: Predicates,
  asking: Asking,
): Compiled {
  const special = specialise(bodies, predicates);
  const compiler = new Compiler(special.predicates, asking);
  const roots = [...callees(special.bodies.map((body) => ({ body })))];
  for (const group of strata(roots, special.predicates)) compiler.group(group);
  return compiler.query(special.bodies, names);
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
  readonly #sizes = new Sizes();
  readonly #names = new Map<string, string>();
  /** Common tables, those first that others read. */
  readonly #tables: { readonly name: string; readonly head: string; readonly sql: string }[] = [];

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
      fit: (size) => this.#sizes.fit(size),
    };
  }

  query(bodies: readonly (readonly Literal[])[], names: readonly string[]): Compiled {
    const types: (Type | undefined)[] = [];
    const selects = bodies.map((body) => {
      const block = new Block(body, this.#context, { wanted: new Set(names) });
      const columns = names.map((name, place) => {
        const at = body[0]?.at ?? 0;
        if (block.scope.get(name) === undefined && bodies.length > 1)
          throw new Fault(at, `${name} may be anything here`, `each side of ; must say what ${name} is`);
        const variable = { kind: "variable", name, at } as const;
        const { sql, type } = block.value(variable);
        types[place] = common(types[place], type);
        return `${sql} AS "${name}"`;
      });
      return `SELECT DISTINCT ${columns.length === 0 ? "1" : columns.join(", ")}${block.rest()}`;
    });
    const tables = this.#tables.map(
      ({ name, head, sql }) => `${head} AS ${this.#sizes.apart.has(name) ? "MATERIALIZED " : ""}(${sql})`,
    );
    const head = tables.length === 0 ? "" : `WITH RECURSIVE\n${tables.join(",\n")}\n`;
    const order = names.length === 0 ? "" : `\nORDER BY ${names.map((_, place) => place + 1).join(", ")}`;
    return {
      sql: `${head}${selects.join("\nUNION ")}${order}`,
      parameters: this.#parameters,
      columns: names.map((name, place) => ({ name, type: types[place] ?? "any" })),
    };
  }

  /** Makes common tables of predicates that call each other, or one of a predicate that calls none of its like.
   * @throws Fault */
  group(group: readonly Predicate[]): void {
    const [first] = group;
    if (first === undefined) return;
    const rules = group.flatMap((one) => one.rules);
    const names = group.map(({ name }) => name);
    if (!recursive(group)) {
      const { selects, sum } = this.#selects(first, first.rules);
      this.#table(first.name, columnsOf(first), selects.join(" UNION ") || nothing(first));
      this.#sizes.know(names, rules, sum);
      return;
    }
    if (group.length === 1) this.#recursive(first);
    else this.#mutual(group);
    this.#sizes.know(names, rules, undefined);
  }

  #recursive(predicate: Predicate): void {
    const { name } = predicate;
    this.#open = { table: this.#named(name), names: new Set([name]), tagged: false };
    const [first, again] = this.#split(predicate);
    const selects = [first, again].flatMap((rules) => this.#selects(predicate, rules).selects);
    this.#open = undefined;
    const none = first.length === 0 ? [nothing(predicate)] : [];
    this.#table(name, columnsOf(predicate), [...none, ...selects].join(" UNION "));
  }

  /** Several that call each other are one table, in which each row says whose it is. */
  #mutual(group: readonly Predicate[]): void {
    const shared = `${group.map(({ name }) => name).join("\u0001")}\u0001`;
    const widest = Math.max(...group.map(({ arity }) => arity), 1);
    const table = this.#named(shared);
    this.#open = { table, names: new Set(group.map(({ name }) => name)), tagged: true };
    const parts = group.map((predicate) => ({ predicate, split: this.#split(predicate) }));
    const [first = [], again = []] = [0, 1].map((which) =>
      parts.flatMap(({ predicate, split }) => this.#selects(predicate, split[which] ?? [], widest).selects),
    );
    this.#open = undefined;
    const all = Array.from({ length: widest }, (_, place) => `c${place + 1}`);
    if (first.length === 0) first.push(`SELECT ${["''", ...all.map(() => "NULL")].join(", ")} WHERE 0`);
    this.#table(shared, ["tag", ...all], [...first, ...again].join(" UNION "));
    for (const one of group)
      this.#table(
        one.name,
        columnsOf(one),
        `SELECT ${columnsOf(one).join(", ")} FROM ${table} WHERE tag = ${this.#parameter(one.name)}`,
      );
  }

  #table(name: string, columns: readonly string[], sql: string): void {
    this.#tables.push({ name, head: `${this.#named(name)}(${columns.join(", ")})`, sql });
  }

  /** What its common table is called: like no table of the history, and SQLite does not tell `a` from `A`. */
  #named(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const plain = name.replaceAll(/[^a-z0-9_]+/gi, "_").slice(0, 60);
    const made = `"${plain}/${this.#names.size + 1}"`;
    this.#names.set(name, made);
    return made;
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

  /** What rules of a predicate say. Facts are one SELECT, however many there are. */
  #selects(
    predicate: Predicate,
    rules: readonly Rule[],
    width?: number,
  ): { readonly selects: string[]; readonly sum: Sum | undefined } {
    const made = rules.map((rule) => ({ rule, ...this.#rule(rule, predicate, width) }));
    const facts = made.filter(({ rest }) => rest === "");
    const others = made.filter(({ rest }) => rest !== "");
    few(others.map(({ rule }) => rule));
    const values = facts.map(({ values: one }) => `(${one.join(", ")})`);
    return {
      selects: [
        ...(values.length === 0 ? [] : [`SELECT * FROM (VALUES ${values.join(", ")})`]),
        ...others.map(({ values: one, rest }) => `SELECT ${one.join(", ")}${rest}`),
      ],
      sum: made.length === 1 ? others[0]?.sum : undefined,
    };
  }

  #rule(
    { args, body }: Rule,
    predicate: Predicate,
    width = 0,
  ): { readonly values: readonly string[]; readonly rest: string; readonly sum: Sum } {
    const wanted = new Set(args.flatMap((arg) => [...variables(arg)].map(({ name }) => name)));
    const block = new Block(body, this.#context, { wanted });
    const made = args.map((arg) => block.value(arg));
    this.#learn(
      predicate,
      made.map(({ type }) => type),
    );
    const values = made.map(({ sql }) => sql);
    if (values.length === 0) values.push("1");
    while (values.length < width) values.push("NULL");
    if (width > 0) values.unshift(this.#parameter(predicate.name));
    return { values, rest: block.rest(), sum: block.sum };
  }

  #learn({ name }: Predicate, types: readonly Type[]): void {
    const before = this.#types.get(name);
    this.#types.set(
      name,
      before === undefined ? types : before.map((type, place) => common(type, types[place] ?? "any")),
    );
  }

  #predicate({ name, args }: Call): ReturnType<Context["predicate"]> {
    const predicate = this.#predicates.get(name);
    if (predicate?.arity !== args.length) return undefined;
    const open = this.#open?.names.has(name) ? this.#open : undefined;
    const types = this.#types.get(name) ?? args.map(() => "any" as const);
    return {
      types,
      // Of recursion there is one row at a time.
      size: open === undefined ? SOME : 1,
      rows: {
        from: open?.table ?? this.#named(name),
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

/** How many answers rules may have. */
const SOME = 10_000;

const columnsOf = ({ arity }: Predicate): readonly string[] =>
  Array.from({ length: Math.max(arity, 1) }, (_, place) => `c${place + 1}`);
const nothing = (predicate: Predicate): string =>
  `SELECT ${columnsOf(predicate)
    .map(() => "NULL")
    .join(", ")} WHERE 0`;
