import { callees, lead, type Predicate, type Predicates } from "./check.ts";
import { Fault } from "./fault.ts";
import { type Call, type Literal, type Rule, withTerms } from "./literal.ts";
import type { Catalog } from "./relation.ts";
import { grouped } from "./specialise.ts";
import { substituted, type Term, variables } from "./term.ts";

type Body = readonly Literal[];

/** Alternatives that one rule may become, goals of each, and predicates as of moments. */
const MOST = 256;
const LONGEST = 300;
const MOMENTS = 100;

/** What rules said then. `at(p(X), T)` is what the rules of p come to where all that they ask of is asked as of T, and
 * `ago` counts from T; what they say of another moment themselves stays as it is.
 *
 * Where T is certain, there are rules of p as of T, beside p. Else its rules are put in place of the call, so T is that of
 * each row; of `during(p(X), Since, Until)`, too. */
export class Then {
  readonly #before: Predicates;
  readonly #catalog: Catalog;
  readonly #made = new Map<string, Predicate>();
  #fresh = 0;

  constructor(before: Predicates, catalog: Catalog) {
    this.#before = before;
    this.#catalog = catalog;
  }

  /** The same predicates, in which nothing but relations is asked of then. */
  predicates(): Predicates {
    for (const [name, one] of this.#before) this.#made.set(name, { ...one, rules: this.#rules(one.rules) });
    return this.#made;
  }

  #rules(rules: readonly Rule[]): readonly Rule[] {
    return rules.flatMap((rule) => this.bodies([rule.body]).map((body) => ({ ...rule, body })));
  }

  /** @returns alternatives
   * @throws Fault where that cannot be */
  bodies(bodies: readonly Body[]): readonly Body[] {
    return bodies.flatMap((body) =>
      body.reduce<readonly Body[]>((all, one) => product(all, this.#literal(one), one.at), [[]]),
    );
  }

  #literal(one: Literal): readonly Body[] {
    switch (one.kind) {
      case "call":
        return one.time === undefined ? [[one]] : this.#at(one, one.time);
      case "during":
        return this.#during(one);
      case "not":
        // None of the alternatives holds.
        return [this.bodies([one.body]).map((body) => ({ ...one, body }))];
      case "aggregate":
        return [[{ ...one, bodies: this.bodies(one.bodies) }]];
      case "compare":
      case "test":
        return [[one]];
      default:
        return one satisfies never;
    }
  }

  #at(call: Call, time: Term): readonly Body[] {
    const predicate = this.#before.get(call.name);
    if (predicate === undefined) return [[call]];
    if ([...variables(time)].length === 0) return [[this.#moment(call, predicate, time)]];
    this.#certain(call, predicate);
    return this.bodies(this.#unfolded(call, predicate).map((body) => this.#as(body, time)));
  }

  /** The call of a predicate as of a moment that is certain. */
  #moment(timed: Call, predicate: Predicate, time: Term): Call {
    const name = `${timed.name}\u0001@${JSON.stringify(time, (key, value: unknown) => (key === "at" ? undefined : value))}`;
    const call: Call = { kind: "call", name, args: timed.args, at: timed.at };
    if (this.#made.has(name)) return call;
    if (this.#made.size > this.#before.size + MOMENTS)
      throw new Fault(
        call.at,
        `rules are asked of more than ${MOMENTS} moments`,
        "let no rule ask of what it said itself before",
      );
    // Known before its rules are gone through: they may call it.
    const { arity } = predicate;
    this.#made.set(name, { name, arity, rules: [] });
    const rules = predicate.rules.map((rule) => ({ ...rule, name, body: this.#as(rule.body, time) }));
    this.#made.set(name, { name, arity, rules: this.#rules(rules) });
    return call;
  }

  #during(one: Literal & { kind: "during" }): readonly Body[] {
    return this.#lasting(one.calls, one.at).map((body) => [
      { ...one, calls: body.filter(isCall) },
      ...body.filter((each) => !isCall(each)),
    ]);
  }

  /** Calls of relations, and what is compared beside them. */
  #lasting(calls: readonly Call[], at: number): readonly Body[] {
    return calls
      .map((call) => this.#lastingOf(call))
      .reduce((all, more) => product(all, more, at), [[]] as readonly Body[]);
  }

  #lastingOf(call: Call): readonly Body[] {
    const predicate = this.#before.get(call.name);
    if (predicate === undefined) return [[call]];
    this.#certain(call, predicate);
    return this.#unfolded(call, predicate).flatMap((body) => {
      const calls = body.filter(isCall);
      const others = body.filter((one) => !isCall(one));
      const plain = others.every(({ kind }) => kind === "compare" || kind === "test");
      if (!plain || calls.length === 0 || calls.some(({ time }) => time !== undefined))
        throw new Fault(
          call.at,
          `during() takes relations, and rules of nothing else: ${call.name} says more`,
          "write during() within the rule",
        );
      return product(this.#lasting(calls, call.at), [others], call.at);
    });
  }

  /** What calls itself cannot be put in place of a call; nor what is of each that there is something of, which it would
   * be of what is known there. */
  #certain({ name, at }: Call, { rules }: Predicate): void {
    const odd = rules.some((rule) => rule.args.some((_, place) => grouped(rule, place)));
    if (odd || lead(callees(rules), name, this.#before))
      throw new Fault(
        at,
        `${name} calls itself, or counts of each: it can be asked of a moment that is certain only`,
        "write at() with time('2026-11-22') or ago(days(30)), or at() and during() within the rule",
      );
  }

  /** The rules of a predicate in place of its call. */
  #unfolded({ args, at }: Call, { rules }: Predicate): readonly Body[] {
    return rules.map((rule): Body => {
      const known = new Map<string, Term>();
      const named = (term: Term): Term =>
        substituted(term, (variable) => {
          const other = known.get(variable.name) ?? {
            ...variable,
            name: `_${++this.#fresh}@`,
          };
          known.set(variable.name, other);
          return other;
        });
      const equal = rule.args.flatMap((arg, place): readonly Literal[] => {
        const given = args[place] as Term;
        if (arg.kind === "variable" && !known.has(arg.name)) {
          known.set(arg.name, given);
          return [];
        }
        return [{ kind: "compare", name: "=", left: given, right: named(arg), at }];
      });
      return [...rule.body.map((one) => withTerms(one, named)), ...equal];
    });
  }

  /** As of then. */
  #as(body: Body, time: Term): Body {
    const since = (term: Term): Term => {
      if (term.kind !== "compound") return term;
      const args = term.args.map(since);
      return term.name === "ago" ? { ...term, name: "-", args: [time, ...args] } : { ...term, args };
    };
    const as = (one: Literal): Body => {
      switch (one.kind) {
        case "call": {
          if (one.time !== undefined) return [one];
          const relation = this.#catalog.find(one.name, one.args.length);
          if (this.#before.has(one.name) || relation?.spans !== undefined) return [{ ...one, time }];
          // What happened had happened by then.
          const moment = relation?.columns.findIndex(({ type }) => type === "time") ?? -1;
          const when = one.args[moment];
          if (when === undefined) return [one];
          return [one, { kind: "compare", name: "=<", left: when, right: time, at: one.at }];
        }
        case "not":
          return [{ ...one, body: one.body.flatMap(as) }];
        case "aggregate":
          return [{ ...one, bodies: one.bodies.map((each) => each.flatMap(as)) }];
        case "compare":
        case "test":
        case "during":
          return [one];
        default:
          return one satisfies never;
      }
    };
    return body.map((one) => withTerms(one, since)).flatMap(as);
  }
}

const isCall = (one: Literal): one is Call => one.kind === "call";

const joined = (left: Body, right: Body, at: number): Body => {
  // What is written so long is somebody's text; what rules put together doubles.
  if (right.length < 2 || left.length + right.length <= LONGEST) return [...left, ...right];
  throw new Fault(at, `more than ${LONGEST} goals at once`, "ask of fewer rules at once");
};

const product = (all: readonly Body[], more: readonly Body[], at: number): readonly Body[] =>
  limited(
    all.flatMap((left) => more.map((right) => joined(left, right, at))),
    at,
  );

function limited<One>(all: readonly One[], at: number): readonly One[] {
  if (all.length <= MOST) return all;
  throw new Fault(at, `its alternatives come to more than ${MOST} rules`, "ask of fewer rules at once");
}
