import { Fault } from "./fault.ts";
import { type Aggregate, type Call, freeOf, type Literal, namesOf } from "./literal.ts";
import { ordered } from "./order.ts";
import type { Catalog, Relation, Rows, Type } from "./relation.ts";
import type { Size, Sum } from "./size.ts";
import { type Term, variables } from "./term.ts";
import { type Expression, evaluate, type Scope } from "./value.ts";

/** What SQL is made with. */
export interface Context {
  readonly catalog: Catalog;
  /** ms since 1970: what `ago` counts from; undefined where it is the parameter `now`. */
  readonly now: number | undefined;
  /** Whether every row that is looked at is counted, so that it can be told to stop. */
  readonly counted: boolean;
  /** All that is not said of another moment is meant of this one; undefined for the present. */
  readonly at: number | undefined;
  readonly parameter: (value: string | number) => string;
  /** What a call of a predicate reads: its rows, with their types. */
  readonly predicate: (
    call: Call,
  ) => { readonly rows: Rows; readonly types: readonly Type[]; readonly size: number } | undefined;
  /** A name that no table has yet. */
  readonly alias: () => string;
  /** Looks whether a SELECT is not too much for SQLite.
   * @throws Fault where it is */
  readonly fit: (size: Size) => Sum;
}

/** What is said of a moment that is not known yet. */
interface Moment {
  readonly kind: "moment";
  readonly time: Term;
  readonly since: string;
  readonly until: string;
  readonly at: number;
}
type Pending = Exclude<Literal, Call | { kind: "during" }> | Moment;

/** A list of literals as the FROM and WHERE of a SELECT, and what its variables are there. */
export class Block {
  readonly from: string[] = [];
  readonly where: string[] = [];
  readonly #context: Context;
  readonly #bound = new Map<string, Expression>();
  readonly #outer: Scope | undefined;
  #pending: Pending[] = [];

  /** @param wanted  variables that are asked for outside
   * @param outer  the block that this one is nested in
   * @throws Fault where a variable stands for anything, or kinds of values clash */
  constructor(
    literals: readonly Literal[],
    context: Context,
    { wanted = new Set(), outer }: { readonly wanted?: ReadonlySet<string>; readonly outer?: Scope } = {},
  ) {
    this.#context = context;
    this.#outer = outer;
    this.scope = {
      get: (name) => this.#bound.get(name) ?? outer?.get(name),
      parameter: context.parameter,
      now: context.now,
    };
    this.#pending = literals.filter((one) => one.kind !== "call" && one.kind !== "during");
    for (const source of this.#ordered(literals))
      if (source.kind === "call") this.#call(source);
      else this.#during(source);
    this.#settle();
    for (;;) {
      const aggregate = this.#pending.find((one): one is Aggregate => one.kind === "aggregate");
      if (aggregate === undefined) break;
      this.#pending = this.#pending.filter((one) => one !== aggregate);
      this.#aggregate(aggregate, this.#outside(aggregate, literals, wanted));
      this.#settle();
    }
    for (const one of this.#pending) {
      if (one.kind === "not") this.#not(one, this.#outside(one, literals, wanted));
      else this.#unsafe(one);
    }
    this.sum = context.fit({
      predicates: this.#predicates,
      tables: this.from.length - this.#predicates.length,
      conditions: this.where.length,
      at: literals[0]?.at ?? 0,
    });
  }

  readonly scope: Scope;
  readonly sum: Sum;
  /** Those that are read. */
  readonly #predicates: string[] = [];

  /** SQL of a term; all of it must be known.
   * @throws Fault where it is not */
  value(term: Term): Expression {
    const made = this.#evaluate(term);
    if (made !== undefined) return this.#something(made);
    throw unbound(term, (name) => this.scope.get(name) !== undefined);
  }

  /** What comes to nothing is none. */
  #something({ nothing, ...one }: Expression): Expression {
    if (nothing === true) this.where.push(`${one.sql} IS NOT NULL`);
    return one;
  }

  /** "FROM … WHERE …" */
  rest(): string {
    // In just this order: see order.ts.
    const from = this.from.length === 0 ? "" : ` FROM ${this.from.join(" CROSS JOIN ")}`;
    return `${from}${this.where.length === 0 ? "" : ` WHERE ${this.where.join(" AND ")}`}`;
  }

  #evaluate(term: Term): Expression | undefined {
    return evaluate(term, this.scope);
  }

  /** The variables of a literal that stand outside of it, too. */
  #outside(one: Literal, literals: readonly Literal[], wanted: ReadonlySet<string>): readonly string[] {
    const others = new Set(literals.filter((other) => other !== one).flatMap((other) => [...namesOf(other)]));
    // What an aggregate comes to may be called as what it is of: aggregate_all(max(X), p(X), X).
    const result = new Set(
      one.kind === "aggregate" ? [...variables(one.result)].map(({ name }) => name) : [],
    );
    return [...new Set(inner(one))].filter(
      (name) =>
        (wanted.has(name) && !result.has(name)) || others.has(name) || this.#outer?.get(name) !== undefined,
    );
  }

  #ordered(literals: readonly Literal[]): ReturnType<typeof ordered> {
    const { catalog, predicate, at } = this.#context;
    const lasting = new Set(literals.flatMap((one) => (one.kind === "during" ? one.calls : [])));
    const sources = literals.filter((one) => one.kind === "call" || one.kind === "during");
    const relation = ({ name, args }: Call) => catalog.find(name, args.length);
    return ordered(sources, {
      size: (call) => {
        const own = predicate(call);
        if (own !== undefined) return own.size;
        const { size = 1, spans }: Partial<Relation> = relation(call) ?? {};
        const now = at === undefined && call.time === undefined && !lasting.has(call);
        return now ? size : (spans?.size ?? size);
      },
      spread: (call, place) => relation(call)?.columns[place]?.spread ?? 30,
      bound: (name) => this.#outer?.get(name) !== undefined,
      ranged: new Set(
        literals.flatMap((one) => (one.kind === "compare" || one.kind === "test" ? [...namesOf(one)] : [])),
      ),
    });
  }

  #call(call: Call): void {
    const made = this.#context.predicate(call);
    if (made !== undefined) {
      this.#rows(call, made.rows, made.types);
      this.#predicates.push(call.name);
      return;
    }
    const relation = this.#context.catalog.find(call.name, call.args.length);
    if (relation === undefined) throw new Error(`unchecked: ${call.name}`);
    const types = relation.columns.map(({ type }) => type);
    const { at } = this.#context;
    if (call.time === undefined && (at === undefined || relation.spans === undefined)) {
      const alias = this.#rows(call, relation.present, types);
      const moment = types.indexOf("time");
      if (at !== undefined && moment >= 0)
        this.where.push(`${column(relation.present, moment, alias)} <= ${this.#context.parameter(at)}`);
      return;
    }
    if (relation.spans === undefined)
      throw new Fault(
        call.at,
        `${call.name} happened, and is no state of something`,
        "compare its time instead",
      );
    const alias = this.#rows(call, relation.spans, types);
    const [since, until] = [relation.spans.since, relation.spans.until].map((text) => at$(text, alias));
    const time = call.time ?? ({ kind: "constant", value: at ?? 0, at: call.at } as const);
    this.#pending.push({ kind: "moment", time, since: since ?? "", until: until ?? "", at: call.at });
  }

  #during({ calls, since, until }: Literal & { kind: "during" }): void {
    const spans = calls.map((call) => {
      const relation = this.#context.catalog.find(call.name, call.args.length);
      if (relation?.spans === undefined)
        throw new Fault(
          call.at,
          `${call.name} happened, and is no state of something`,
          "compare its time instead",
        );
      const alias = this.#rows(
        call,
        relation.spans,
        relation.columns.map(({ type }) => type),
      );
      return [
        at$(relation.spans.since, alias),
        `coalesce(${at$(relation.spans.until, alias)}, 9e999)`,
      ] as const;
    });
    const [one] = spans;
    const from = spans.length === 1 ? (one?.[0] ?? "") : `max(${spans.map(([first]) => first).join(", ")})`;
    const to = spans.length === 1 ? (one?.[1] ?? "") : `min(${spans.map(([, last]) => last).join(", ")})`;
    // What several have in common is a span that is not empty.
    if (spans.length > 1) this.where.push(`${from} < ${to}`);
    this.#unify(since, { sql: from, type: "time" });
    this.#unify(until, { sql: to, type: "time" });
  }

  #rows(call: Call, rows: Rows, types: readonly Type[]): string {
    const alias = this.#context.alias();
    this.from.push(`${at$(rows.from, alias)} AS ${alias}`);
    // By a column, else it would be asked once for all rows; first, else only of rows that fit.
    if (this.#context.counted && rows.columns.length > 0)
      this.where.push(`sheepdog_tick(${column(rows, 0, alias)})`);
    if (rows.where !== "") this.where.push(at$(rows.where, alias));
    const { unless } = rows;
    const said = unless && call.args[unless.column];
    if (unless !== undefined && said?.kind === "constant" && said.value !== unless.value)
      this.where.push(at$(unless.says, alias));
    for (const [place, arg] of call.args.entries())
      this.#unify(arg, { sql: column(rows, place, alias), type: types[place] ?? "any" });
    return alias;
  }

  #unify(term: Term, is: Expression): void {
    if (term.kind === "variable" && this.scope.get(term.name) === undefined) {
      this.#bound.set(term.name, is);
      return;
    }
    const value = this.#evaluate(term);
    if (value === undefined) {
      const kept = { kind: "variable", name: `?${this.#context.alias()}`, at: term.at } as const;
      this.#bound.set(kept.name, is);
      this.#pending.push({ kind: "compare", name: "=", left: kept, right: term, at: term.at });
      return;
    }
    clash(term.at, is.type, value.type, term);
    this.where.push(`${is.sql} = ${value.sql}`);
  }

  /** Settles what can be, until nothing more can: the order in which it was written does not matter. */
  #settle(): void {
    for (let before = -1; before !== this.#pending.length; ) {
      before = this.#pending.length;
      this.#pending = this.#pending.filter((one) => !this.#settled(one));
    }
  }

  #settled(one: Pending): boolean {
    switch (one.kind) {
      case "moment": {
        const time = this.#evaluate(one.time);
        if (time === undefined) return false;
        clash(one.at, "time", time.type);
        this.where.push(
          `${one.since} <= ${time.sql}`,
          `(${one.until} IS NULL OR ${one.until} > ${time.sql})`,
        );
        return true;
      }
      case "test": {
        const sides = one.args.map((arg) => this.#evaluate(arg));
        if (!sides.every((side) => side !== undefined)) return false;
        const [text = "", pattern = ""] = sides.map(({ sql, type }) =>
          type === "text" ? sql : `CAST(${sql} AS TEXT)`,
        );
        this.where.push(TESTS[one.name]?.(text, pattern) ?? "0");
        return true;
      }
      case "compare":
        return this.#compared(one);
      default:
        return false;
    }
  }

  #compared({ name, left, right, at }: Literal & { kind: "compare" }): boolean {
    const [one, other] = [this.#evaluate(left), this.#evaluate(right)];
    if (one !== undefined && other !== undefined) {
      clash(at, one.type, other.type);
      const guards = name === "=" || name === "\\=" ? [] : guarded(one, other);
      this.where.push([...guards, `${one.sql} ${SPELT[name] ?? name} ${other.sql}`].join(" AND "));
      return true;
    }
    if (name !== "=") return false;
    const known = one ?? other;
    const open = one === undefined ? left : right;
    if (known === undefined || open.kind !== "variable") return false;
    this.#bound.set(open.name, this.#something(known));
    return true;
  }

  #not({ body }: Literal & { kind: "not" }, outside: readonly string[]): void {
    for (const name of outside)
      if (this.scope.get(name) === undefined) throw unboundName(name, body[0]?.at ?? 0, "\\+");
    const block = new Block(body, this.#context, { outer: this.scope });
    this.where.push(`NOT EXISTS (SELECT 1${block.rest()})`);
  }

  /** Where all that is said outside is known it is of that, and of nothing there are none. Else of each that there is
   * something of. */
  #aggregate(one: Aggregate, outside: readonly string[]): void {
    const each = outside.some((name) => this.scope.get(name) === undefined);
    const outer = each ? undefined : this.scope;
    const names = new Set(one.bodies.flatMap((body) => body.flatMap((literal) => [...freeOf(literal)])));
    const own = [...names].filter((name) => outer?.get(name) === undefined);
    const types = new Map<string, Type>();
    const selects = one.bodies.map((body) => {
      const block = new Block(body, this.#context, { wanted: new Set(own), ...(outer && { outer }) });
      const columns = own.flatMap((name, place) => {
        const is = block.scope.get(name);
        if (is !== undefined) {
          types.set(name, common(types.get(name), is.type));
          return [`${is.sql} AS v${place}`];
        }
        if (outside.includes(name)) throw unboundName(name, one.at, "");
        return one.bodies.length === 1 ? [] : [`NULL AS v${place}`];
      });
      const value = one.of && block.value(one.of);
      if (value !== undefined) types.set("=", common(types.get("="), value.type));
      const all = [...(value === undefined ? [] : [`${value.sql} AS "="`]), ...columns];
      return `SELECT DISTINCT ${all.length === 0 ? "1" : all.join(", ")}${block.rest()}`;
    });
    const rows = `(${selects.join(" UNION ")})`;
    const type = one.name === "count" ? "number" : (types.get("=") ?? "number");
    if (type === "text" && one.name === "sum")
      throw new Fault(one.of?.at ?? one.at, "texts have no sum", "count them, or take their max");
    if (!each) {
      const sql = `(SELECT ${COUNTED[one.name]} FROM ${rows})`;
      // Of nothing there is a sum and a number, but no greatest.
      if (one.name === "max" || one.name === "min") this.where.push(`${sql} IS NOT NULL`);
      this.#unify(one.result, { sql, type });
      return;
    }
    const alias = this.#context.alias();
    const list = outside.map((name) => `v${own.indexOf(name)}`).join(", ");
    this.from.push(`(SELECT ${list}, ${COUNTED[one.name]} AS "#" FROM ${rows} GROUP BY ${list}) AS ${alias}`);
    for (const name of outside)
      this.#unify(
        { kind: "variable", name, at: one.at },
        { sql: `${alias}.v${own.indexOf(name)}`, type: types.get(name) ?? "any" },
      );
    this.#unify(one.result, { sql: `${alias}."#"`, type });
  }

  #unsafe(one: Pending): never {
    const terms =
      one.kind === "compare"
        ? [one.left, one.right]
        : one.kind === "test"
          ? one.args
          : one.kind === "moment"
            ? [one.time]
            : [];
    for (const term of terms)
      if (this.#evaluate(term) === undefined)
        throw unbound(term, (name) => this.scope.get(name) !== undefined);
    throw new Error(`not settled: ${one.kind}`);
  }
}

const at$ = (text: string, alias: string): string => text.replaceAll("{t}", alias);
const column = (rows: Rows, place: number, alias: string): string =>
  at$(rows.columns[place] ?? "NULL", alias);

const SPELT: Readonly<Record<string, string>> = { "=<": "<=", "\\=": "<>" };
const COUNTED = {
  count: "count(*)",
  sum: 'coalesce(sum("="), 0)',
  max: 'max("=")',
  min: 'min("=")',
} as const;
const TESTS: Readonly<Record<string, (text: string, pattern: string) => string>> = {
  prefix: (text, pattern) => `substr(${text}, 1, length(${pattern})) = ${pattern}`,
  glob: (text, pattern) => `${text} GLOB ${pattern}`,
  re: (text, pattern) => `sheepdog_re(${text}, ${pattern})`,
  version_at_least: (text, least) => `sheepdog_version(${text}, ${least}) >= 0`,
};

/** What is inside of a negation or an aggregate. The result of that is outside. */
function* inner(one: Literal): Generator<string> {
  if (one.kind === "not") for (const literal of one.body) yield* namesOf(literal);
  else if (one.kind === "aggregate")
    for (const body of one.bodies) for (const literal of body) yield* namesOf(literal);
}

const SAID = { text: "text", number: "number", bytes: "size", time: "time", any: "value" } as const;
const numeric = (type: Type): boolean => type === "number" || type === "bytes" || type === "time";

/** What facts say may be a text here and a number there: neither comes before the other. */
function guarded(one: Expression, other: Expression): readonly string[] {
  const guard = ({ sql, type }: Expression, than: Type): readonly string[] =>
    type === "any" && than !== "any" ? [`typeof(${sql}) ${numeric(than) ? "<>" : "="} 'text'`] : [];
  if (one.type === "any" && other.type === "any")
    return [`(typeof(${one.sql}) = 'text') = (typeof(${other.sql}) = 'text')`];
  return [...guard(one, other.type), ...guard(other, one.type)];
}

/** What is one kind of value here and another there is whatever it is. */
export const common = (one: Type | undefined, other: Type): Type =>
  one === undefined || one === other ? other : "any";

function clash(at: number, one: Type, other: Type, term?: Term): void {
  if (!(one === "text" && numeric(other)) && !(other === "text" && numeric(one))) return;
  const what = term?.kind === "variable" ? `${term.name} is` : "this is";
  throw new Fault(
    at,
    `${what} a text and a ${SAID[one === "text" ? other : one]}: they are never the same`,
    "see `sheepdog relations` for what is where",
  );
}

function unbound(term: Term, known: (name: string) => boolean): Fault {
  const open = [...variables(term)].find(({ name }) => !known(name));
  return unboundName(open?.name ?? "a variable", open?.at ?? term.at, "");
}

const unboundName = (name: string, at: number, within: string): Fault =>
  new Fault(
    at,
    `${name.startsWith("_") ? "`_`" : name} may be anything here`,
    `a relation beside it must say what it is${within === "" ? "" : `, not only one within ${within}`}`,
  );
