import { Fault } from "./fault.ts";
import type { Type } from "./relation.ts";
import type { Compound, Term } from "./term.ts";

/** SQL of a value, and what kind of value it is. */
export interface Expression {
  readonly sql: string;
  readonly type: Type;
  /** What it is, where that is known beforehand. */
  readonly constant?: string | number;
  /** It may come to nothing (NULL): divided by 0, say. */
  readonly nothing?: boolean;
}

/** What an expression is made in. */
export interface Scope {
  /** SQL of a variable; undefined where nothing says what it is. */
  readonly get: (name: string) => Expression | undefined;
  /** SQL that stands for a constant. */
  readonly parameter: (value: string | number) => string;
  /** ms since 1970; undefined where it is given as the parameter `now` when the statement is run. */
  readonly now: number | undefined;
}

const SPANS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};
const SIZES: Readonly<Record<string, number>> = {
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
};

/** Looks whether there is such a thing to compute.
 * @throws Fault where there is not */
export function computable(term: Compound): void {
  const { name, args, at } = term;
  const one =
    Object.hasOwn(SPANS, name) || Object.hasOwn(SIZES, name) || ["ago", "time", "-", "abs"].includes(name);
  if (args.length === 1 && one) return;
  if (args.length === 2 && Object.hasOwn(OPERATIONS, name)) return;
  if (name === "concat" && args.length > 0) return;
  if (name === "args" && args.length > 0) return paired(term);
  throw new Fault(
    at,
    `${name}/${args.length} is nothing that can be computed`,
    "there are + - * / // mod, abs, min, max, days(N) and other spans, ago(Span), time('2026-11-22'), gib(N) and other sizes, concat(Text, …), args(name, Value, …)",
  );
}

/** What a job is asked with is written as names and values in turn. Names are the rule's own words: what somebody tells
 * of can be a value, and never one argument more. */
function paired({ args, at }: Compound): void {
  if (args.length % 2 !== 0)
    throw new Fault(at, "args takes a name and a value in turn", "write args(address, A, port, 22)");
  const names = args.filter((_, place) => place % 2 === 0);
  for (const [place, one] of names.entries()) {
    const name = one.kind === "constant" ? one.value : undefined;
    if (typeof name !== "string" || !/^[a-z][a-z0-9_]{0,30}$/.test(name))
      throw new Fault(
        one.at,
        "this is no name of an argument",
        "write it out, as the job's file has it below [arguments]: args(address, A)",
      );
    if (names.findIndex((other) => other.kind === "constant" && other.value === name) !== place)
      throw new Fault(one.at, `${name} is given twice`, "take one of them out");
  }
}

/** What a term comes to.
 * @returns undefined where a variable in it is not known yet
 * @throws Fault where it can never be computed */
export function evaluate(term: Term, scope: Scope): Expression | undefined {
  if (term.kind === "constant") return known(term.value, scope);
  if (term.kind === "variable") return scope.get(term.name);
  if (term.kind === "hole") return { sql: `:${term.name}`, type: "text" };
  const sides = term.args.map((arg) => evaluate(arg, scope));
  if (!sides.every((one) => one !== undefined)) return undefined;
  const made =
    term.name === "concat"
      ? ({ sql: `(${sides.map(worded).join(" || ")})`, type: "text" } as const)
      : term.name === "args"
        ? ({ sql: `json_object(${sides.map(plain).join(", ")})`, type: "text" } as const)
        : computed(term, sides.map(numeral), scope);
  if (made.sql.length > LONGEST)
    throw new Fault(
      term.at,
      "too much is computed at once",
      "give a part of it to a rule: half(H, X / 2) :- …",
    );
  return sides.some((one) => one.nothing === true || one.type === "any") ? { ...made, nothing: true } : made;
}

/** Characters of SQL that one value may take: what is computed of it says it again. */
const LONGEST = 10_000;

/** What may be a text is computed with where it is none. */
const numeral = (one: Expression): Expression =>
  one.type === "any" ? { ...one, sql: `iif(typeof(${one.sql}) = 'text', NULL, ${one.sql})` } : one;

function computed({ name, args, at }: Compound, sides: readonly Expression[], scope: Scope): Expression {
  const [left, right] = sides;
  for (const [place, one] of sides.entries())
    if (one.type === "text" && !(name === "time"))
      throw new Fault(
        args[place]?.at ?? at,
        `${name} computes with numbers, and this is a text`,
        "write a number, or a variable that stands for one",
      );
  if (left !== undefined && right === undefined && args.length === 1) {
    const factor = SPANS[name] ?? SIZES[name];
    if (factor !== undefined)
      return scaled(left, factor, scope, SIZES[name] === undefined ? "number" : "bytes");
    if (name === "ago") return ago(left, scope);
    if (name === "time") return moment(left, at, scope);
    if (name === "-") return scaled(left, -1, scope, left.type);
    if (name === "abs") return { sql: `abs(${left.sql})`, type: left.type };
  }
  if (left !== undefined && right !== undefined && args.length === 2) {
    const made = binary(name, left, right, scope);
    if (made !== undefined) return made;
  }
  throw new Error(`unchecked: ${name}/${args.length}`);
}

const known = (value: string | number, { parameter }: Scope): Expression => ({
  sql: parameter(value),
  type: typeof value === "number" ? "number" : "text",
  constant: value,
});

function ago(span: Expression, scope: Scope): Expression {
  const { now } = scope;
  if (now !== undefined && span.constant !== undefined)
    return { ...known(now - Number(span.constant), scope), type: "time" };
  return { sql: `(${now === undefined ? ":now" : scope.parameter(now)} - ${span.sql})`, type: "time" };
}

/** In the words of people: a time to the minute (UTC), a size in GiB. What is no text is never without one. */
function worded({ sql, type }: Expression): string {
  if (type === "time") return `coalesce(strftime('%Y-%m-%d %H:%M', ${sql} / 1000, 'unixepoch'), '-')`;
  if (type === "bytes") return `printf('%.1f GiB', ${sql} / 1073741824.0)`;
  return type === "text" ? sql : `coalesce(CAST(${sql} AS TEXT), '')`;
}

/** For programs: a number with all its digits, a time as RFC 3339 has it. */
const plain = ({ sql, type }: Expression): string =>
  type === "time"
    ? `strftime('%Y-%m-%dT%H:%M:%fZ', ${sql} / 1000.0, 'unixepoch')`
    : type === "text"
      ? sql
      : `CAST(${sql} AS TEXT)`;

function scaled(one: Expression, factor: number, scope: Scope, type: Type): Expression {
  if (one.constant !== undefined) return { ...known(Number(one.constant) * factor, scope), type };
  return { sql: `(${one.sql} * ${scope.parameter(factor)})`, type };
}

/** A date is its midnight, and what has no zone is UTC: the same text is the same moment on every machine. */
function moment(one: Expression, at: number, scope: Scope): Expression {
  const [, date = "", time = "00:00", zone = "Z"] = MOMENT.exec(String(one.constant ?? "")) ?? [];
  const ms = Date.parse(`${date}T${time}${zone}`);
  // Date.parse takes February 30 for March 2.
  if (Number.isNaN(ms) || !new Date(`${date}T00:00Z`).toISOString().startsWith(date))
    throw new Fault(at, "this is no time", "write time('2026-11-22') or time('2026-11-22T18:49:50Z')");
  return { ...known(ms, scope), type: "time" };
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

function binary(name: string, left: Expression, right: Expression, scope: Scope): Expression | undefined {
  const made = OPERATIONS[name];
  if (made === undefined) return undefined;
  const type = typeOf(name, left.type, right.type);
  if (left.constant !== undefined && right.constant !== undefined) {
    const value = made.fold(Number(left.constant), Number(right.constant));
    if (Number.isFinite(value)) return { ...known(value, scope), type };
  }
  const by = Math.trunc(Number(right.constant ?? 0));
  return { sql: made.sql(left.sql, right.sql), type, ...(made.divides && by === 0 && { nothing: true }) };
}

/** A moment less a moment is a span, a number; a moment and a span are a moment. */
function typeOf(name: string, left: Type, right: Type): Type {
  if (name === "-" && left === "time" && right === "time") return "number";
  if (left === "time" || right === "time") return "time";
  if (left === "bytes" || right === "bytes") return name === "/" && left === right ? "number" : "bytes";
  return "number";
}

interface Operation {
  readonly sql: (left: string, right: string) => string;
  readonly fold: (left: number, right: number) => number;
  /** By 0 it comes to nothing. */
  readonly divides?: boolean;
}

/** As SWI-Prolog has them: 4 / 2 is whole, 7 / 2 is not; // is cut off towards zero, mod has the sign of the divisor. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  "+": { sql: (left, right) => `(${left} + ${right})`, fold: (left, right) => left + right },
  "-": { sql: (left, right) => `(${left} - ${right})`, fold: (left, right) => left - right },
  "*": { sql: (left, right) => `(${left} * ${right})`, fold: (left, right) => left * right },
  // 4.0 is 4 in all that can be seen of it.
  "/": {
    sql: (left, right) => `(${left} * 1.0 / ${right})`,
    fold: (left, right) => left / right,
    divides: true,
  },
  "//": {
    sql: (left, right) => `(CAST(${left} AS INTEGER) / CAST(${right} AS INTEGER))`,
    fold: (left, right) => Math.trunc(Math.trunc(left) / Math.trunc(right)),
    divides: true,
  },
  mod: {
    sql: (left, right) => `(((${left} % ${right}) + ${right}) % ${right})`,
    fold: (left, right) => {
      const [one, other] = [Math.trunc(left), Math.trunc(right)];
      return ((one % other) + other) % other;
    },
    divides: true,
  },
  min: { sql: (left, right) => `min(${left}, ${right})`, fold: Math.min },
  max: { sql: (left, right) => `max(${left}, ${right})`, fold: Math.max },
};
