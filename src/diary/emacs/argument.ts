import type { Datum } from "../../config/scheme.ts";
import { type Day, realDay } from "../wall.ts";
import type { Style } from "./date.ts";

/** Thrown for a form that is not understood; the message is for a person. */
export class Misunderstood extends Error {}

/** A set of numbers: `t` is all of them. */
type Set = (value: number) => boolean;

/** The arguments of a form, each by its place. All of them throw Misunderstood. */
export interface Arguments {
  readonly name: string;
  readonly number: (at: number) => number;
  readonly optional: (at: number) => number | undefined;
  /** One or a list. */
  readonly numbers: (at: number) => readonly number[];
  readonly set: (at: number) => Set;
  /** Three numbers that are a date, in the order of the style. */
  readonly date: (at: number) => Day;
  /** Of which the year may be nil, or where it is the last one missing. */
  readonly anniversary: (at: number) => Parts<number> & { readonly year: number | undefined };
  readonly sets: (at: number) => Parts<Set> & { readonly year: Set };
  readonly form: (at: number) => Arguments;
  readonly forms: () => readonly Arguments[];
}

interface Parts<Value> {
  readonly month: Value;
  readonly date: Value;
}

/** Where year, month and day are among three. */
const ORDER: Readonly<Record<Style, readonly [year: number, month: number, date: number]>> = {
  american: [2, 0, 1],
  european: [2, 1, 0],
  iso: [0, 1, 2],
};

export function argumentsOf(datum: Datum, style: Style): Arguments {
  const [head, ...rest] = datum.kind === "list" ? datum.items : [];
  if (head?.kind !== "symbol") throw new Misunderstood("it is no form such as (diary-cyclic 14 1 5 2026)");
  const wrong = (at: number, what: string): Misunderstood =>
    new Misunderstood(`argument ${at + 1} of ${head.name.slice(0, 40)} must be ${what}`);
  const [year, month, date] = ORDER[style];
  const all: Arguments = {
    name: head.name,
    number: (at) => whole(rest[at]) ?? fail(at, "a whole number"),
    optional: (at) => whole(rest[at]),
    numbers: (at) => several(rest[at]) ?? fail(at, "a whole number, or a list of such"),
    set: (at) => setOf(rest[at]) ?? fail(at, "a whole number, a list of such, or t"),
    date: (at) =>
      realDay(all.number(at + year), all.number(at + month), all.number(at + date)) ??
      fail(at, `part of a date that there is, in the style ${style}`),
    anniversary: (at) => ({
      year: all.optional(at + year),
      month: all.number(at + month),
      date: all.number(at + date),
    }),
    sets: (at) => ({ year: all.set(at + year), month: all.set(at + month), date: all.set(at + date) }),
    form: (at) => argumentsOf(rest[at] ?? fail(at, "another form"), style),
    forms: () => rest.map((one) => argumentsOf(one, style)),
  };
  return all;

  function fail(at: number, what: string): never {
    throw wrong(at, what);
  }
}

const whole = (datum: Datum | undefined): number | undefined =>
  datum?.kind === "value" && Number.isSafeInteger(datum.value) && Math.abs(datum.value as number) < 100_000
    ? (datum.value as number)
    : undefined;

/** '(1 2 3), (list 1 2 3), or 1. */
function several(datum: Datum | undefined): readonly number[] | undefined {
  const one = whole(datum);
  if (one !== undefined) return [one];
  if (datum?.kind !== "list" || datum.items.length > 400) return undefined;
  const [head] = datum.items;
  const items = head?.kind === "symbol" && head.name === "list" ? datum.items.slice(1) : datum.items;
  const numbers = items.map(whole);
  return numbers.includes(undefined) ? undefined : (numbers as readonly number[]);
}

function setOf(datum: Datum | undefined): Set | undefined {
  if (datum?.kind === "symbol" && datum.name === "t") return () => true;
  const numbers = several(datum);
  return numbers === undefined ? undefined : (value) => numbers.includes(value);
}
