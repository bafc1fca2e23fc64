import type { Call, Literal } from "./literal.ts";
import { type Term, variables } from "./term.ts";

/** In which order tables are gone through: first of what there is least, and then what is known by then finds the rest by
 * an index. SQLite would choose by how much there is of each value of a column, and one table holds all facts: of some
 * relation there is one a host, of another one a package of each. */

type Source = Call | (Literal & { readonly kind: "during" });

/** What is known of a call before it is made. */
export interface Sizing {
  /** How many rows there may be. */
  readonly size: (call: Call) => number;
  /** How many different values there may be in a column. */
  readonly spread: (call: Call, place: number) => number;
  /** Whether something outside says what a variable is. */
  readonly bound: (name: string) => boolean;
  /** Variables that are compared with something certain. */
  readonly ranged: ReadonlySet<string>;
}

/** What is left of rows by a comparison. */
const RANGE = 3;

/** @returns the same calls, in the order in which they are best made */
export function ordered(sources: readonly Source[], sizing: Sizing): readonly Source[] {
  if (sources.length < 2) return sources;
  const left = sources.map((source) => ({ source, tables: tablesOf(source, sizing) }));
  const known = new Set<string>();
  const order: Source[] = [];
  while (left.length > 0) {
    const costs = left.map(({ tables }) => cost(tables, known, sizing));
    const [next] = left.splice(costs.indexOf(Math.min(...costs)), 1);
    if (next === undefined) break;
    order.push(next.source);
    for (const { call } of next.tables)
      for (const arg of call.args) for (const { name } of variables(arg)) known.add(name);
  }
  return order;
}

interface Table {
  readonly call: Call;
  readonly size: number;
}

const tablesOf = (source: Source, { size }: Sizing): readonly Table[] =>
  (source.kind === "call" ? [source] : source.calls).map((call) => ({ call, size: size(call) }));

/** How many rows come of it. */
function cost(
  tables: readonly Table[],
  known: ReadonlySet<string>,
  { spread, bound, ranged }: Sizing,
): number {
  const certain = (term: Term): boolean =>
    term.kind === "variable"
      ? known.has(term.name) || bound(term.name)
      : term.kind !== "compound" || term.args.every(certain);
  let all = 1;
  for (const { call, size } of tables) {
    let rows = size;
    for (const [place, arg] of call.args.entries())
      if (certain(arg)) rows /= spread(call, place);
      else if (arg.kind === "variable" && ranged.has(arg.name)) rows /= RANGE;
    all *= Math.max(1, rows);
  }
  return all;
}
