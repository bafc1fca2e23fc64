import { type Predicates, recursive, strata } from "./check.ts";
import { type Asking, statement } from "./compile.ts";
import { Fault } from "./fault.ts";
import { type Aggregate, type Call, callsOf, freeOf, type Literal, type Rule } from "./literal.ts";
import type { Titled } from "./relation.ts";
import { source } from "./source.ts";
import { type Certain, given } from "./specialise.ts";
import type { Constant, Term } from "./term.ts";
import { evaluate } from "./value.ts";
import { counted, inBrackets, said } from "./wording.ts";

type Value = string | number | null;

/** What an answer rests on. */
export interface Reason {
  /** As it would be written. */
  readonly goal: string;
  /** "history": a row of it; "rule": what rules say, because of the rest; "recursion": rules that call themselves, of
   * which no way was found in good time; "absence": there is nothing of the kind; "aggregate": it comes to that,
   * because of the rest. */
  readonly by: "history" | "rule" | "recursion" | "absence" | "aggregate";
  /** The bark that told it, where it is still there. */
  readonly bark?: string;
  /** ms since 1970, from when until when; without an end it lasts. */
  readonly since?: number;
  readonly until?: number;
  readonly because?: readonly Reason[];
  /** Whether there is more of what it rests on than is told. */
  readonly more?: true;
}

export interface Whys {
  readonly predicates: Predicates;
  readonly query: readonly (readonly Literal[])[];
  readonly asking: Asking;
  /** Asks the history for so many rows at the most. */
  readonly run: (
    sql: string,
    parameters: Readonly<Record<string, string | number>>,
    limit: number,
  ) => readonly (readonly Value[])[];
}

/** Of what is counted so much is told. */
const SHOWN = 10;
/** Rows of a rule that are tried on the way through rules that call themselves, and questions for one answer. */
const WAYS = 50;
const QUESTIONS = 300;

/** Finds one way in which an answer comes about: each goal is asked once more, of what is known by then. */
export function why(columns: readonly Titled[], answer: readonly Value[], whys: Whys): readonly Reason[] {
  const rules = whys.query.map(
    (body): Rule => ({
      name: "?",
      args: columns.map(({ name }) => ({ kind: "variable", name, at: 0 })),
      body,
      at: 0,
    }),
  );
  const values = new Map(columns.map((one, place) => [place, constant(answer[place] ?? null, one)]));
  return new Finder(whys).first(rules, values) ?? [];
}

class Finder {
  readonly #whys: Whys;
  readonly #loops: ReadonlySet<string>;
  /** Goals of rules that call themselves, and what they rest on; undefined while that is looked for, and where nothing
   * was found: what rests on itself is no reason. */
  readonly #tried = new Map<string, Reason | undefined>();
  #within = false;
  #asked = 0;

  constructor(whys: Whys) {
    this.#whys = whys;
    const groups = strata([...whys.predicates.keys()], whys.predicates);
    this.#loops = new Set(groups.filter(recursive).flatMap((group) => group.map(({ name }) => name)));
  }

  /** The first of some rules that says so, and why. */
  first(rules: readonly Rule[], values: Certain): readonly Reason[] | undefined {
    const looped = (rule: Rule): boolean => this.#looped(rule.body);
    for (const rule of [...rules.filter((one) => !looped(one)), ...rules.filter(looped)])
      for (const { body } of given(rule, values, rule.name))
        for (const found of this.#values(body, this.#within && looped(rule) ? WAYS : 1)) {
          const reasons = body.map((one) => this.#reasons(put(one, found)));
          if (reasons.every((one) => one !== undefined)) return reasons.flat();
        }
    return undefined;
  }

  #looped(body: readonly Literal[]): boolean {
    return body.some((one) => [...callsOf(one)].some(({ call }) => this.#loops.has(call.name)));
  }

  /** What all variables of goals stand for, where they hold. */
  #values(body: readonly Literal[], limit: number): readonly ReadonlyMap<string, Constant>[] {
    const { predicates, asking, run } = this.#whys;
    const names = [...new Set(body.flatMap((one) => [...freeOf(one)]))];
    if (this.#within && ++this.#asked > QUESTIONS) return [];
    try {
      const { sql, parameters, columns } = statement([body], names, predicates, asking);
      return run(sql, parameters, limit).map(
        (row) => new Map(columns.map((one, place) => [one.name, constant(row[place] ?? null, one)])),
      );
    } catch (error) {
      // A rule of texts, asked of a number: it is not this one.
      if (error instanceof Fault) return [];
      throw error;
    }
  }

  /** @returns undefined where it would rest on itself */
  #reasons(one: Literal): readonly Reason[] | undefined {
    switch (one.kind) {
      case "call":
        return this.#call(one, one.time);
      case "during":
        // All of them held when the last one began.
        return one.calls.flatMap((call) => this.#call(call, one.since) ?? []);
      case "not":
        return [{ goal: `\\+ ${inBrackets(one.body)}`, by: "absence" }];
      case "aggregate":
        return [this.#aggregate(one)];
      case "compare":
      case "test":
        return [];
      default:
        return one satisfies never;
    }
  }

  #call(call: Call, time: Term | undefined): readonly Reason[] | undefined {
    const goal = said(call);
    const predicate = this.#whys.predicates.get(call.name);
    if (predicate === undefined) return [{ goal, by: "history", ...this.#row(call, time) }];
    const values = new Map(
      call.args.flatMap((arg, place) => (arg.kind === "constant" ? [[place, arg] as const] : [])),
    );
    if (!this.#loops.has(call.name)) {
      const because = this.first(predicate.rules, values);
      // A step of a way is no rule that anybody wrote.
      if (call.name.includes("\u0001")) return because;
      return this.#within && because === undefined
        ? undefined
        : [{ goal, by: "rule", because: because ?? [] }];
    }
    const outermost = !this.#within;
    this.#within = true;
    const reason = this.#chain(goal, predicate.rules, values);
    if (outermost) this.#within = false;
    if (reason !== undefined) return [reason];
    return outermost ? [{ goal, by: "recursion" }] : undefined;
  }

  #chain(goal: string, rules: readonly Rule[], values: Certain): Reason | undefined {
    if (this.#tried.has(goal)) return this.#tried.get(goal);
    this.#tried.set(goal, undefined);
    const because = this.first(rules, values);
    const reason: Reason | undefined = because && { goal, by: "rule", because };
    this.#tried.set(goal, reason);
    return reason;
  }

  #aggregate(one: Aggregate): Reason {
    const rows = one.bodies.flatMap((body) =>
      this.#values(body, SHOWN + 1).map((found) => body.map((each) => put(each, found))),
    );
    const because = rows.slice(0, SHOWN).flatMap((row) => row.flatMap((each) => this.#reasons(each) ?? []));
    return {
      goal: counted(one),
      by: "aggregate",
      ...(because.length > 0 && { because }),
      ...(rows.length > SHOWN && { more: true }),
    };
  }

  /** Where a row came from. */
  #row(call: Call, time: Term | undefined): Pick<Reason, "bark" | "since" | "until"> {
    const { asking, run } = this.#whys;
    const relation = asking.catalog.find(call.name, call.args.length);
    if (relation === undefined) return {};
    const { sql, parameters } = source(relation, call.args, time ? this.#moment(time) : asking.at);
    const [[bark, since, until] = []] = sql === "" ? [] : run(sql, parameters, 1);
    return {
      ...(typeof bark === "string" && { bark }),
      ...(typeof since === "number" && { since }),
      ...(typeof until === "number" && { until }),
    };
  }

  /** What a moment comes to that may be computed: ago(days(30)). */
  #moment(time: Term): Value | undefined {
    const { asking, run } = this.#whys;
    const parameters: Record<string, string | number> = {};
    const made = evaluate(time, {
      get: () => undefined,
      parameter: (value) => {
        const name = `p${Object.keys(parameters).length}`;
        parameters[name] = value;
        return `:${name}`;
      },
      now: asking.now,
    });
    return made?.constant ?? (made && run(`SELECT ${made.sql}`, parameters, 1)[0]?.[0]);
  }
}

const constant = (value: Value, { type }: Titled): Constant => ({
  kind: "constant",
  value: value ?? "null",
  at: 0,
  ...(type === "time" && typeof value === "number" && { moment: true }),
});

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
