import { callees, lead, type Predicate, type Predicates } from "./check.ts";
import type { Call, Rule } from "./literal.ts";

/** Where a predicate goes on from two that are found so (`reach(A, C) :- reach(A, B), reach(B, C)`) and all its other
 * rules begin, it is all chains of what begins: then going on from one by a step of that comes to the same, and that is
 * what SQLite can. No other rule that goes on from two is the same as one that goes on from one. */
export function linear(predicates: Predicates): Predicates {
  const made = new Map(predicates);
  for (const predicate of predicates.values()) {
    const chains = predicate.rules.filter((rule) => chain(rule) !== undefined);
    const [first] = chains;
    const starts = predicate.rules.filter((rule) => !chains.includes(rule));
    if (first === undefined || lead(callees(starts), predicate.name, predicates)) continue;
    const step: Predicate = {
      name: `${predicate.name}\u0001step`,
      arity: 2,
      rules: starts.map((rule) => ({ ...rule, name: `${predicate.name}\u0001step` })),
    };
    const [own, next] = chain(first) ?? [];
    if (own === undefined || next === undefined) continue;
    const { at } = first;
    const [from, to] = first.args;
    const rules: readonly Rule[] = [
      {
        name: predicate.name,
        args: first.args,
        at,
        body: [{ kind: "call", name: step.name, args: [from, to].flatMap((arg) => arg ?? []), at }],
      },
      { ...first, body: [own, { ...next, name: step.name }] },
    ];
    made.set(step.name, step);
    made.set(predicate.name, { ...predicate, rules });
  }
  return made;
}

/** The calls of a rule p(A, C) :- p(A, B), p(B, C), in that order. */
function chain({ name, args, body }: Rule): readonly [Call, Call] | undefined {
  if (args.length !== 2 || body.length !== 2) return undefined;
  const calls = body.filter((one): one is Call => one.kind === "call" && one.name === name);
  const names = args.map(called);
  if (calls.length !== 2 || names[0] === undefined || names[0] === names[1]) return undefined;
  for (const [one, other] of [calls, calls.toReversed()]) {
    if (one?.args.length !== 2 || other?.args.length !== 2) continue;
    const [[from, middle], [again, to]] = [one.args.map(called), other.args.map(called)];
    if (from === names[0] && to === names[1] && middle === again && middle !== undefined)
      if (middle !== from && middle !== to) return [one, other];
  }
  return undefined;
}

const called = (term: Rule["args"][number]): string | undefined =>
  term.kind === "variable" ? term.name : undefined;
