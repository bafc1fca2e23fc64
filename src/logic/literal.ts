import { type Comparison, type Term, variables } from "./term.ts";

/** A program in which every rule is a list of literals that all must hold: `;` has become several rules, `_` a
 * variable of its own each time, and what is computed in the arguments of a relation a comparison. */

export type Literal =
  | Call
  | Test
  | {
      readonly kind: "compare";
      readonly name: Comparison;
      readonly left: Term;
      readonly right: Term;
      readonly at: number;
    }
  | { readonly kind: "not"; readonly body: readonly Literal[]; readonly at: number }
  | Aggregate
  | {
      readonly kind: "during";
      readonly calls: readonly Call[];
      readonly since: Term;
      readonly until: Term;
      readonly at: number;
    };

/** Of a relation, or of what rules say. */
export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Term[];
  /** When it is to hold, where that is not now. */
  readonly time?: Term;
  readonly at: number;
}

/** Of texts: prefix, glob, re, version_at_least. */
export interface Test {
  readonly kind: "test";
  readonly name: string;
  readonly args: readonly Term[];
  readonly at: number;
}

export interface Aggregate {
  readonly kind: "aggregate";
  readonly name: "count" | "sum" | "max" | "min";
  /** Of what; undefined for count. */
  readonly of: Term | undefined;
  /** One of these must hold. */
  readonly bodies: readonly (readonly Literal[])[];
  readonly result: Term;
  readonly at: number;
}

export interface Rule {
  readonly name: string;
  readonly args: readonly Term[];
  readonly body: readonly Literal[];
  readonly at: number;
}

/** The names of all variables of a literal, within aggregates and negations too. */
export function* namesOf(literal: Literal): Generator<string> {
  switch (literal.kind) {
    case "call":
      for (const arg of [...literal.args, ...(literal.time ? [literal.time] : [])])
        for (const { name } of variables(arg)) yield name;
      return;
    case "test":
      for (const arg of literal.args) for (const { name } of variables(arg)) yield name;
      return;
    case "compare":
      for (const side of [literal.left, literal.right]) for (const { name } of variables(side)) yield name;
      return;
    case "not":
      for (const one of literal.body) yield* namesOf(one);
      return;
    case "during":
      for (const call of literal.calls) yield* namesOf(call);
      for (const side of [literal.since, literal.until]) for (const { name } of variables(side)) yield name;
      return;
    case "aggregate":
      for (const body of literal.bodies) for (const one of body) yield* namesOf(one);
      for (const side of [literal.result, ...(literal.of ? [literal.of] : [])])
        for (const { name } of variables(side)) yield name;
      return;
    default:
      literal satisfies never;
  }
}

/** Variables that stand outside of negations and aggregates: what is only within is not asked for. */
export function* freeOf(literal: Literal): Generator<string> {
  if (literal.kind === "aggregate") for (const { name } of variables(literal.result)) yield name;
  else if (literal.kind !== "not") yield* namesOf(literal);
}

/** The calls of a literal, and whether each is below a negation or an aggregate. */
export function* callsOf(
  literal: Literal,
  below = false,
): Generator<{ readonly call: Call; readonly below: boolean }> {
  if (literal.kind === "call") yield { call: literal, below };
  else if (literal.kind === "during") for (const call of literal.calls) yield { call, below };
  else if (literal.kind === "not") for (const one of literal.body) yield* callsOf(one, true);
  else if (literal.kind === "aggregate")
    for (const body of literal.bodies) for (const one of body) yield* callsOf(one, true);
}

/** A literal with other terms.
 * @param put  what stands in place of a term */
export function withTerms(literal: Literal, put: (term: Term) => Term): Literal {
  switch (literal.kind) {
    case "call":
      return callWith(literal, put);
    case "test":
      return { ...literal, args: literal.args.map(put) };
    case "compare":
      return { ...literal, left: put(literal.left), right: put(literal.right) };
    case "not":
      return { ...literal, body: literal.body.map((one) => withTerms(one, put)) };
    case "during":
      return {
        ...literal,
        calls: literal.calls.map((call) => callWith(call, put)),
        since: put(literal.since),
        until: put(literal.until),
      };
    case "aggregate":
      return {
        ...literal,
        of: literal.of && put(literal.of),
        bodies: literal.bodies.map((body) => body.map((one) => withTerms(one, put))),
        result: put(literal.result),
      };
    default:
      return literal satisfies never;
  }
}

const callWith = (call: Call, put: (term: Term) => Term): Call => ({
  ...call,
  args: call.args.map(put),
  ...(call.time === undefined ? {} : { time: put(call.time) }),
});
