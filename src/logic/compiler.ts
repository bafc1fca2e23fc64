import { type Predicate, type Predicates, recursive } from "./check.ts";
import type { Asking, Compiled } from "./compile.ts";
import { Fault } from "./fault.ts";
import type { Call, Literal, Rule } from "./literal.ts";
import type { Type } from "./relation.ts";
import { grown, growing } from "./grown.ts";
import { few, Sizes, type Sum } from "./size.ts";
import { Block, common, type Context } from "./sql.ts";
import { variables } from "./term.ts";

/** Makes one statement: a predicate is a common table. */
export class Compiler {
  readonly #predicates: Predicates;
  readonly #context: Context;
  readonly #types = new Map<string, readonly Type[]>();
  readonly #parameters: Record<string, string | number> = {};
  readonly #known = new Map<string | number, string>();
  /** Where the predicates of the group at hand are read. */
  #open:
    | {
        readonly table: string;
        readonly names: ReadonlySet<string>;
        readonly tagged: boolean;
        /** Rows that a rule sees there. */
        readonly size: number;
      }
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
    const twice = rules.some((rule) => calls(rule, names).length > 1);
    if (group.length === 1 && !twice) this.#recursive(first);
    else this.#mutual(group, twice);
    this.#sizes.know(names, rules, undefined);
  }

  #recursive(predicate: Predicate): void {
    const { name } = predicate;
    this.#open = { table: this.#named(name), names: new Set([name]), tagged: false, size: 1 };
    const [first, again] = this.#split(predicate);
    const selects = [first, again].flatMap((rules) => this.#selects(predicate, rules).selects);
    this.#open = undefined;
    const none = first.length === 0 ? [nothing(predicate)] : [];
    this.#table(name, columnsOf(predicate), [...none, ...selects].join(" UNION "));
  }

  /** Several that call each other are one table, in which each row says whose it is. So is one that goes on from two. */
  #mutual(group: readonly Predicate[], twice: boolean): void {
    const shared = `${group.map(({ name }) => name).join("\u0001")}\u0001`;
    const widest = Math.max(...group.map(({ arity }) => arity), 1);
    const table = this.#named(shared);
    const step = twice ? this.#named(`${shared}step`) : table;
    const names = new Set(group.map(({ name }) => name));
    this.#open = { table: step, names, tagged: true, size: twice ? FEW : 1 };
    const parts = group.map((predicate) => ({ predicate, split: this.#split(predicate) }));
    const [first = [], again = []] = [0, 1].map((which) =>
      parts.flatMap(({ predicate, split }) => this.#selects(predicate, split[which] ?? [], widest).selects),
    );
    this.#open = undefined;
    const columns = ["tag", ...Array.from({ length: widest }, (_, place) => `c${place + 1}`)];
    if (twice) {
      const value = this.#named(`${shared}value`);
      this.#table(`${shared}value`, ["rows"], growing({ value, step, columns, first, again }));
      this.#table(shared, columns, grown({ value, columns }));
    } else {
      const none = first.length === 0 ? [`SELECT ${columns.map(() => "NULL").join(", ")} WHERE 0`] : [];
      this.#table(shared, columns, [...none, ...first, ...again].join(" UNION "));
    }
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
    const again = (rule: Rule): boolean => calls(rule, [...(this.#open?.names ?? [])]).length > 0;
    return [rules.filter((rule) => !again(rule)), rules.filter(again)];
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
      size: open?.size ?? SOME,
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
/** And those that go on from two: of any other recursion a rule sees one row at a time. */
const FEW = 1000;

/** The calls of a rule to some predicates. */
const calls = ({ body }: Rule, names: readonly string[]): readonly Literal[] =>
  body.filter((one) => one.kind === "call" && names.includes(one.name));

const columnsOf = ({ arity }: Predicate): readonly string[] =>
  Array.from({ length: Math.max(arity, 1) }, (_, place) => `c${place + 1}`);
const nothing = (predicate: Predicate): string =>
  `SELECT ${columnsOf(predicate)
    .map(() => "NULL")
    .join(", ")} WHERE 0`;
