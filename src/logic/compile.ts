import { callees, type Predicates, strata } from "./check.ts";
import { Compiler } from "./compiler.ts";
import { Fault } from "./fault.ts";
import { freeOf, type Literal } from "./literal.ts";
import type { Catalog, Titled } from "./relation.ts";
import { specialise } from "./specialise.ts";

/** One statement that answers a query. */
export interface Compiled {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** One a variable of the query, in the order in which they stand there. Without any the question is whether there
   * is a row. */
  readonly columns: readonly Titled[];
}

export interface Asking {
  readonly catalog: Catalog;
  /** ms since 1970; undefined where the statement is made once and asked often: then it is its parameter `now`. */
  readonly now: number | undefined;
  /** As of when; undefined for the present. */
  readonly at?: number;
  /** Whether a person asks, and does not only write rules. */
  readonly asks?: boolean;
  /** Whether the statement counts the rows that it looks at (history/functions.ts), so that it can be told to stop. */
  readonly counted?: boolean;
}

/** Rules that have been read and found to be right. */
export interface Program {
  readonly predicates: Predicates;
  /** What it may ask of: with what it declares. */
  readonly catalog: Catalog;
  /** The last thing of the text, where that was a query. */
  readonly query: readonly (readonly Literal[])[] | undefined;
}

/** Makes the statement of a query.
 * @throws Fault */
export function compile({ predicates, catalog, query }: Program, asking: Asking): Compiled {
  if (query === undefined)
    throw new Fault(0, "there is no question", "write the goals behind the rules: ?- state(H, T, fail)");
  const names = [...new Set(query.flatMap((body) => body.flatMap((one) => [...freeOf(one)])))].filter(
    (name) => !name.startsWith("_"),
  );
  return statement(query, names, predicates, { ...asking, catalog });
}

/** Makes the statement that finds what `names` stand for.
 * @throws Fault */
export function statement(
  bodies: readonly (readonly Literal[])[],
  names: readonly string[],
  predicates: Predicates,
  asking: Asking,
): Compiled {
  const special = specialise(bodies, predicates);
  const compiler = new Compiler(special.predicates, asking);
  const roots = [...callees(special.bodies.map((body) => ({ body })))];
  for (const group of strata(roots, special.predicates)) compiler.group(group);
  return compiler.query(special.bodies, names);
}
