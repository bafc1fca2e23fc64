import { checkCalls, gather, type Predicate, strata } from "./check.ts";
import { type Asking, compile, type Program } from "./compile.ts";
import { Compiler } from "./compiler.ts";
import { declaring } from "./herd.ts";
import { Fault } from "./fault.ts";
import { asked as askedOf, HOOKS } from "./hooks.ts";
import { linear } from "./linear.ts";
import type { Call, Rule } from "./literal.ts";
import { Normal } from "./normal.ts";
import { parse } from "./parse.ts";
import { type Parsed, variables } from "./term.ts";
import { Then } from "./then.ts";

/** Reads a program, and looks whether all that it says can be asked.
 * @param before  rules that it may use
 * @throws Fault */
export function program(text: string, asking: Asking, before: readonly Rule[] = []): Program {
  try {
    return read(text, asking, before);
  } catch (error) {
    throw overflown(error);
  }
}

function read(text: string, asking: Asking, before: readonly Rule[]): Program {
  const parsed = parse(text);
  const known = declaring(asking.catalog, parsed.declared);
  const { clauses, query } = asked(parsed, { ...asking, catalog: known });
  const normal = new Normal();
  const rules = [...before, ...clauses.flatMap((clause) => normal.rules(clause))];
  const gathered = gather(rules, known);
  const written = query && normal.bodies(query);
  checkCalls([...rules.map(({ body }) => body), ...(written ?? [])], gathered, known);
  const then = new Then(gathered, known);
  const bodies = written && then.bodies(written);
  const predicates = linear(then.predicates());
  // All rules, also those that nothing asks of: what is wrong is said when it is written.
  const compiler = new Compiler(predicates, { ...asking, catalog: known });
  const made = { predicates, catalog: known, query: bodies };
  for (const group of strata([...predicates.keys()], predicates)) {
    const call = group.length === 1 ? hookOf(group) : undefined;
    if (call === undefined) compiler.group(group);
    else compile({ ...made, query: [[call]] }, asking);
  }
  return made;
}

/** Where a person asks, what comes last and looks like a fact of a relation is the question: `host(H).` */
function asked({ clauses, query }: Parsed, { catalog, asks }: Asking): Pick<Parsed, "clauses" | "query"> {
  const last = clauses.at(-1);
  if (asks !== true || query !== undefined || last === undefined || last.body !== undefined)
    return { clauses, query };
  const { head } = last;
  const open = head.args.some((arg) => [...variables(arg)].length > 0);
  if (!open && catalog.named(head.name).length === 0) return { clauses, query };
  return { clauses: clauses.slice(0, -1), query: head };
}

/** What is so large that whoever reads it runs out of stack has no place. */
const overflown = (error: unknown): unknown =>
  error instanceof RangeError
    ? new Fault(0, "this is nested too deeply", "give parts of it names: rules")
    : error;

/** What is asked only of what is known may say nothing of what that is. */
const hookOf = ([first]: readonly Predicate[]): Call | undefined =>
  first && (HOOKS[first.name]?.given ?? 0) > 0 ? askedOf(first.name, first.arity) : undefined;
