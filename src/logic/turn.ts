import type { Predicate } from "./check.ts";
import { type Call, namesOf, type Rule, withTerms } from "./literal.ts";
import { substituted, type Term, type Variable } from "./term.ts";

/** Of a relation that goes on by the very step that it begins with it is the same whether the step is taken before or
 * behind: `p(A, C) :- step(A, B), p(B, C)` is `p(A, C) :- p(A, B), step(B, C)`. In the second form what is asked from
 * something certain stays with that.
 * @returns the second form; undefined where it is not of the first */
export function turn(predicate: Predicate): Predicate | undefined {
  const { name, rules, arity } = predicate;
  const [first, second, ...others] = rules;
  if (arity !== 2 || first === undefined || second === undefined || others.length > 0) return undefined;
  const own = (rule: Rule): readonly Call[] =>
    rule.body.filter((one): one is Call => one.kind === "call" && one.name === name);
  const [start, again] = own(first).length === 0 ? [first, second] : [second, first];
  const [self, ...more] = own(again);
  if (own(start).length > 0 || self === undefined || more.length > 0) return undefined;
  const [from, to] = start.args;
  const [begin, end] = again.args;
  const [middle, last] = self.args;
  if (![from, to, begin, end, middle, last].every((term): term is Variable => term?.kind === "variable"))
    return undefined;
  const step = again.body.filter((one) => one !== self);
  // begin -> middle is the step, middle -> end the rest of the way; what lies at the end is no business of the step.
  if (nameOf(end) !== nameOf(last) || new Set([begin, middle, end].map(nameOf)).size < 3) return undefined;
  if (nameOf(from) === nameOf(to) || step.some((one) => [...namesOf(one)].includes(nameOf(end))))
    return undefined;
  const mapping = new Map([
    [nameOf(from), nameOf(begin)],
    [nameOf(to), nameOf(middle)],
  ]);
  if (!same(start.body, step, mapping)) return undefined;
  const renamed = new Map([
    [nameOf(begin), nameOf(middle)],
    [nameOf(middle), nameOf(end)],
  ]);
  const body = [
    { ...self, args: [begin, middle] as readonly Term[] },
    ...step.map((one) =>
      withTerms(one, (term) =>
        substituted(term, (variable) => ({ ...variable, name: renamed.get(variable.name) ?? variable.name })),
      ),
    ),
  ];
  return { ...predicate, rules: [start, { ...again, body }] };
}

const nameOf = (term: Term | undefined): string => (term?.kind === "variable" ? term.name : "");

/** Whether two bodies say the same, but for the names of variables. Fills the mapping of the one to the other. */
function same(one: unknown, other: unknown, mapping: Map<string, string>): boolean {
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((part, at) => same(part, other[at], mapping))
    );
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null)
    return one === other;
  if (isVariable(one) && isVariable(other)) {
    const known = mapping.get(one.name);
    if (known !== undefined) return known === other.name;
    if ([...mapping.values()].includes(other.name)) return false;
    mapping.set(one.name, other.name);
    return true;
  }
  const keys = Object.keys(one).filter((key) => key !== "at");
  return (
    keys.length === Object.keys(other).filter((key) => key !== "at").length &&
    keys.every((key) => same(one[key as keyof typeof one], other[key as keyof typeof other], mapping))
  );
}

const isVariable = (what: object): what is Variable => "kind" in what && what.kind === "variable";
