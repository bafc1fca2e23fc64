import { edits } from "../edits.ts";
import { Fault } from "./fault.ts";
import { callsOf, type Call, type Literal, type Rule } from "./literal.ts";
import type { Catalog } from "./relation.ts";
import { ABSENT } from "./words.ts";

/** What rules say of one predicate. */
export interface Predicate {
  readonly name: string;
  readonly arity: number;
  readonly rules: readonly Rule[];
}

/** Predicates by their name. */
export type Predicates = ReadonlyMap<string, Predicate>;

/** Puts together what rules say of each predicate.
 * @throws Fault where two say it of different numbers of arguments, or of what is a relation already */
export function gather(rules: readonly Rule[], catalog: Catalog): Predicates {
  const all = new Map<string, Rule[]>();
  for (const rule of rules) {
    const { name, args, at } = rule;
    const others = all.get(name);
    const [first] = others ?? [];
    if (first !== undefined && first.args.length !== args.length)
      throw new Fault(
        at,
        `${name} has ${args.length} arguments here and ${first.args.length} before`,
        "give one of them another name",
      );
    if (catalog.named(name).length > 0)
      throw new Fault(at, `${name} is a relation already`, "give the rule another name");
    if (others === undefined) all.set(name, [rule]);
    else others.push(rule);
  }
  return new Map(
    [...all].map(([name, own]) => [name, { name, arity: own[0]?.args.length ?? 0, rules: own }]),
  );
}

/** Looks whether all that is called is there.
 * @throws Fault */
export function checkCalls(
  bodies: Iterable<readonly Literal[]>,
  predicates: Predicates,
  catalog: Catalog,
): void {
  for (const body of bodies)
    for (const literal of body) for (const { call } of callsOf(literal)) checkCall(call, predicates, catalog);
}

function checkCall({ name, args, at }: Call, predicates: Predicates, catalog: Catalog): void {
  const arity = args.length;
  const own = predicates.get(name);
  if (own?.arity === arity || catalog.find(name, arity) !== undefined) return;
  const relations = catalog.named(name);
  if (own === undefined && relations.length === 0)
    throw new Fault(
      at,
      `unknown relation "${name.length > 60 ? `${name.slice(0, 60)}…` : name}"`,
      absent(name) ?? nearest({ name, arity }, [...predicates.keys(), ...catalog.names()]),
    );
  const shapes = own
    ? [`${own.arity} arguments`]
    : relations.map(({ columns }) => `${name}(${columns.map((one) => one.name).join(", ")})`);
  throw new Fault(
    at,
    `${name} has ${arity} ${arity === 1 ? "argument" : "arguments"} here`,
    `it takes ${shapes.join(" or ")}`,
  );
}

const absent = (name: string): string | undefined => (Object.hasOwn(ABSENT, name) ? ABSENT[name] : undefined);

function nearest(
  { name, arity }: { readonly name: string; readonly arity: number },
  known: readonly string[],
): string {
  const [best] = known
    .map((one) => ({ one, far: edits(name.slice(0, 60), one) }))
    .sort((left, right) => left.far - right.far);
  return best !== undefined && best.far <= Math.max(1, name.length * 0.4)
    ? `did you mean ${best.one}?`
    : `see \`sheepdog relations\`, say it with a rule, or declare what no plugin has told of yet: \`:- dynamic ${name}/${arity}.\``;
}

/** Predicates that call each other, those first that others call: what comes later is made of what came before.
 * @throws Fault where one is denied, or counted, on the way to itself */
export function strata(roots: readonly string[], predicates: Predicates): readonly (readonly Predicate[])[] {
  const order: Predicate[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  for (const root of roots) visit(root);
  for (const group of order) stratified(group);
  return order;

  // Tarjan's strongly connected components.
  function visit(name: string): void {
    const predicate = predicates.get(name);
    if (predicate === undefined || index.has(name)) return;
    index.set(name, index.size);
    low.set(name, index.get(name) ?? 0);
    open.push(name);
    for (const next of callees(predicate.rules)) {
      if (!predicates.has(next)) continue;
      if (!index.has(next)) {
        visit(next);
        low.set(name, Math.min(low.get(name) ?? 0, low.get(next) ?? 0));
      } else if (open.includes(next)) low.set(name, Math.min(low.get(name) ?? 0, index.get(next) ?? 0));
    }
    if (low.get(name) !== index.get(name)) return;
    const members = open.splice(open.indexOf(name));
    order.push(members.flatMap((one) => predicates.get(one) ?? []));
  }
}

/** What rules, or other bodies, call. */
export function* callees(bodies: Iterable<{ readonly body: readonly Literal[] }>): Generator<string> {
  for (const { body } of bodies) for (const one of body) for (const { call } of callsOf(one)) yield call.name;
}

/** Whether one of these is a predicate, or leads to it. */
export function lead(from: Iterable<string>, to: string, predicates: Predicates): boolean {
  const seen = new Set<string>();
  const open = [...from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...callees(predicates.get(next)?.rules ?? []));
  }
  return false;
}

/** The relations that a predicate rests on, itself or by what it calls. */
export function behind(name: string, predicates: Predicates): ReadonlySet<string> {
  const relations = new Set<string>();
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const predicate = predicates.get(next);
    if (predicate !== undefined) open.push(...callees(predicate.rules));
    else if (next !== name) relations.add(next);
  }
  return relations;
}

function stratified(group: readonly Predicate[]): void {
  const names = new Set(group.map(({ name }) => name));
  for (const { name, rules } of group)
    for (const { body } of rules)
      for (const literal of body)
        for (const { call, below } of callsOf(literal))
          if (below && names.has(call.name))
            throw new Fault(
              call.at,
              `${name} depends on what ${call.name} is not, or comes to, and that on ${name}`,
              "take the negation, or the aggregate, out of the recursion: into a rule that does not call itself",
            );
}

/** Whether rules of a group call the group. */
export const recursive = (group: readonly Predicate[]): boolean =>
  group.length > 1 || [...callees(group[0]?.rules ?? [])].includes(group[0]?.name ?? "");
