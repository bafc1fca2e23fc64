import { iso, epoch, LATEST } from "../time.ts";
import type { Aggregate, Call, Literal } from "./literal.ts";
import { term as written } from "./prolog.ts";
import type { Constant, Term } from "./term.ts";

/** Goals as they would be written. */

export const said = ({ name, args, time }: Call): string => {
  const [own = ""] = name.split("\u0001");
  const goal = args.length === 0 ? own : `${own}(${args.map(text).join(", ")})`;
  return time === undefined ? goal : `at(${goal}, ${text(time)})`;
};

function text(term: Term): string {
  if (term.kind === "constant") return term.moment === true ? moment(term) : written(term.value);
  if (term.kind === "hole") return "_";
  if (term.kind === "variable") return term.name.startsWith("_") ? "_" : term.name;
  const [left, right] = term.args.map(text);
  return /^\W/.test(term.name) && right !== undefined
    ? `${left} ${term.name} ${right}`
    : `${term.name}(${term.args.map(text).join(", ")})`;
}

export const inBrackets = (body: readonly Literal[]): string =>
  body.length === 1 ? body.map(goalOf).join("") : `(${body.map(goalOf).join(", ")})`;

function goalOf(one: Literal): string {
  switch (one.kind) {
    case "call":
      return said(one);
    case "test":
      return `${one.name}(${one.args.map(text).join(", ")})`;
    case "compare":
      return `${text(one.left)} ${one.name} ${text(one.right)}`;
    case "not":
      return `\\+ ${inBrackets(one.body)}`;
    case "during":
      return `during(${inBrackets(one.calls)}, ${text(one.since)}, ${text(one.until)})`;
    case "aggregate":
      return counted(one);
    default:
      return one satisfies never;
  }
}

export function counted({ name, of, bodies, result }: Aggregate): string {
  const what = of === undefined ? name : `${name}(${text(of)})`;
  return `aggregate_all(${what}, ${bodies.map(inBrackets).join(" ; ")}, ${text(result)})`;
}

/** As the language has it; what lasts has no end, and what no calendar has is shown as it is. */
function moment({ value }: Constant): string {
  const ms = Number(value);
  if (ms === Infinity) return "inf";
  return Math.abs(ms) <= LATEST ? `time('${iso(epoch(ms))}')` : written(value);
}
