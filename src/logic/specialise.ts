import { callees, lead, type Predicate, type Predicates } from "./check.ts";
import { type Call, type Literal, namesOf, type Rule, withTerms } from "./literal.ts";
import { type Constant, type Hole, substituted, type Term } from "./term.ts";
import { turn } from "./turn.ts";

/** Where a predicate is asked of something certain, its rules are made for that: then SQLite finds by an index what it
 * would else find among all there is. `reach(a, X)` becomes `reach#a_(X)`.
 *
 * Of what does not call itself the value is put into the rules. Of recursion there are two forms of which more can be
 * had than the whole:
 *
 * - what is certain is handed on as it is (`reach(A, C) :- reach(A, B), edge(B, C)`): it is put into the rules, too.
 * - what is asked for is handed on as it is (`reach(A, C) :- edge(A, B), reach(B, C)`): first where it leads to is
 *   found, from what is certain (`reach>`); the answers are what begins at any of these.
 *
 * What goes on by the same step that it begins with is of both forms, and the first one is taken (turn.ts). The whole is
 * taken of any other. */
export function specialise(
  bodies: readonly (readonly Literal[])[],
  predicates: Predicates,
): { readonly bodies: readonly (readonly Literal[])[]; readonly predicates: Predicates } {
  const made = new Map(predicates);
  const special = new Special(made);
  return { bodies: bodies.map((body) => special.body(body)), predicates: made };
}

/** Predicates that one question may become. */
const MOST = 200;

export type Certain = ReadonlyMap<number, Constant | Hole>;

class Special {
  readonly #all: Map<string, Predicate>;

  constructor(all: Map<string, Predicate>) {
    this.#all = all;
  }

  body(literals: readonly Literal[]): readonly Literal[] {
    return literals.map((one) => this.#literal(one));
  }

  #literal(one: Literal): Literal {
    if (one.kind === "call") return this.#call(one);
    if (one.kind === "not") return { ...one, body: this.body(one.body) };
    if (one.kind === "aggregate") return { ...one, bodies: one.bodies.map((body) => this.body(body)) };
    return one;
  }

  #call(call: Call): Call {
    const predicate = this.#all.get(call.name);
    if (predicate === undefined) return call;
    const certain: Certain = new Map(
      call.args.flatMap((arg, place) =>
        arg.kind === "constant" || arg.kind === "hole" ? [[place, arg] as const] : [],
      ),
    );
    if (certain.size === 0) return call;
    const name = `${call.name}\u0001${call.args.map((_, place) => spelt(certain.get(place))).join()}`;
    const args = call.args.filter((_, place) => !certain.has(place));
    if (this.#all.has(name)) return { ...call, name, args };
    if (this.#all.size > MOST) return call;
    const rules = this.#rules(predicate, certain, name);
    if (rules === undefined) return call;
    // Known before its rules are gone through: they may call it.
    this.#all.set(name, { name, arity: args.length, rules });
    this.#all.set(name, {
      name,
      arity: args.length,
      rules: rules.map((rule) => ({ ...rule, body: this.body(rule.body) })),
    });
    return { ...call, name, args };
  }

  /** @returns undefined where the whole is to be taken */
  #rules(predicate: Predicate, certain: Certain, name: string): readonly Rule[] | undefined {
    const { rules } = predicate;
    if (rules.some((rule) => [...certain.keys()].some((place) => grouped(rule, place)))) return undefined;
    const again = rules.filter((rule) => selves(rule, predicate.name).length > 0);
    if (again.length === 0)
      return this.#leads(predicate) ? undefined : rules.flatMap((rule) => given(rule, certain, name));
    if (!again.every((rule) => selves(rule, predicate.name).length === 1)) return undefined;
    if (this.#leads(predicate)) return undefined;
    if (again.every((rule) => [...certain.keys()].every((place) => handed(rule, predicate.name, place))))
      return rules.flatMap((rule) => given(shortened(rule, predicate.name, certain, name), certain, name));
    const turned = turn(predicate);
    if (turned !== undefined) return this.#rules(turned, certain, name);
    const open = Array.from({ length: predicate.arity }, (_, place) => place).filter(
      (place) => !certain.has(place),
    );
    return again.every((rule) => open.every((place) => apart(rule, predicate.name, place)))
      ? this.#onward(predicate, certain, name)
      : undefined;
  }

  /** Whether others that a predicate calls lead back to it. */
  #leads({ name, rules }: Predicate): boolean {
    return lead(
      [...callees(rules)].filter((one) => one !== name),
      name,
      this.#all,
    );
  }

  /** From what is certain to where it leads, and then what begins there. */
  #onward(predicate: Predicate, certain: Certain, name: string): readonly Rule[] {
    const places = [...certain.keys()];
    const way = `${name}\u0001>`;
    const steps: Rule[] = [
      { name: way, args: [...certain.values()], body: [], at: predicate.rules[0]?.at ?? 0 },
    ];
    const starts: Rule[] = [];
    for (const rule of predicate.rules) {
      const from: Call = {
        kind: "call",
        name: way,
        args: places.map((place) => rule.args[place] as Term),
        at: rule.at,
      };
      const [self] = selves(rule, predicate.name);
      const rest = rule.body.filter((one) => one !== self);
      if (self === undefined)
        starts.push({
          name,
          args: rule.args.filter((_, place) => !certain.has(place)),
          body: [from, ...rest],
          at: rule.at,
        });
      else
        steps.push({
          name: way,
          args: places.map((place) => self.args[place] as Term),
          body: [from, ...rest],
          at: rule.at,
        });
    }
    this.#all.set(way, { name: way, arity: places.length, rules: steps });
    return starts;
  }
}

const spelt = (one: Constant | Hole | undefined): string =>
  one?.kind === "hole" ? `:${one.name}` : JSON.stringify(one?.value ?? null);

const selves = ({ body }: Rule, name: string): readonly Call[] =>
  body.filter((one): one is Call => one.kind === "call" && one.name === name);

/** Whether an aggregate of a rule is of each value that may stand there: were it certain, of nothing there would be 0. */
export function grouped({ args, body }: Rule, place: number): boolean {
  const arg = args[place];
  if (arg?.kind !== "variable") return false;
  const says = (one: Literal): boolean => [...namesOf(one)].includes(arg.name);
  // Not what it comes to: that is the same, whatever is asked for.
  const counts = (one: Literal): boolean => one.kind === "aggregate" && one.bodies.flat().some(says);
  return (
    body.some(counts) && !body.some((one) => (one.kind === "call" || one.kind === "during") && says(one))
  );
}

/** Whether a rule hands on at that place what it was given there. */
function handed(rule: Rule, name: string, place: number): boolean {
  const [self] = selves(rule, name);
  const [mine, theirs] = [rule.args[place], self?.args[place]];
  return mine?.kind === "variable" && theirs?.kind === "variable" && mine.name === theirs.name;
}

/** And whether it does nothing else with it. */
function apart(rule: Rule, name: string, place: number): boolean {
  if (!handed(rule, name, place)) return false;
  const [self] = selves(rule, name);
  const mine = rule.args[place];
  if (mine?.kind !== "variable") return false;
  const once = (args: readonly Term[]): boolean =>
    args.filter((arg) => arg.kind === "variable" && arg.name === mine.name).length === 1 &&
    args.every((arg) => arg.kind !== "compound");
  return (
    once(rule.args) &&
    once(self?.args ?? []) &&
    rule.body.every((one) => one === self || ![...namesOf(one)].includes(mine.name))
  );
}

/** A rule in which the call of itself is that of the special one. */
function shortened(rule: Rule, own: string, certain: Certain, name: string): Rule {
  const [self] = selves(rule, own);
  return {
    ...rule,
    body: rule.body.map((one) =>
      one === self ? { ...self, name, args: self.args.filter((_, place) => !certain.has(place)) } : one,
    ),
  };
}

/** A rule for what is certain: none where its head says otherwise. */
export function given(rule: Rule, certain: Certain, name: string): readonly Rule[] {
  const values = new Map<string, Constant | Hole>();
  const more: Literal[] = [];
  for (const [place, value] of certain) {
    const arg = rule.args[place];
    if (arg === undefined) continue;
    const other = arg.kind === "variable" ? values.get(arg.name) : arg;
    if (other === undefined) values.set(arg.kind === "variable" ? arg.name : "", value);
    else if (other.kind === "constant" && value.kind === "constant") {
      if (other.value !== value.value) return [];
    } else more.push({ kind: "compare", name: "=", left: other, right: value, at: arg.at });
  }
  const put = (term: Term): Term => substituted(term, (variable) => values.get(variable.name) ?? variable);
  return [
    {
      name,
      args: rule.args.filter((_, place) => !certain.has(place)).map(put),
      body: [...rule.body, ...more].map((one) => withTerms(one, put)),
      at: rule.at,
    },
  ];
}
