import { readScheme } from "../../config/scheme.ts";
import { dayAt, daysIn, type Day, day, named, realDay } from "../wall.ts";
import { type Arguments, argumentsOf, Misunderstood } from "./argument.ts";
import type { Style } from "./date.ts";

/** Whether something applies on a day: undefined where it does not; a number where `%d` in the text stands for one. */
export type Says = (of: Day) => "yes" | number | undefined;

/** What a sexp entry says. */
export interface Form {
  readonly says: Says;
  /** Of a block: its first and last day, told as one. */
  readonly block?: { readonly first: Day; readonly last: Day };
  /** So many days before it, it is told as well. */
  readonly remind: readonly number[];
}

/** Reads a form such as (diary-cyclic 14 1 5 2026). Nothing is evaluated: what is not known here is not understood.
 * @throws Misunderstood, or Trouble when it is no list at all */
export const readForm = (text: string, style: Style): Form =>
  formOf(argumentsOf(readScheme(text, "diary"), style));

function formOf(all: Arguments): Form {
  if (all.name === "diary-block") return { says: said(all), remind: [], block: block(all) };
  if (all.name !== "diary-remind") return { says: said(all), remind: [] };
  const days = all.numbers(1);
  if (days.some((one) => Math.abs(one) > EARLIEST))
    throw new Misunderstood(`it is told at most ${EARLIEST} days before`);
  const { remind, ...form } = formOf(all.form(0));
  return { ...form, remind: [...remind, ...days.flatMap(before)] };
}

const EARLIEST = 3660;

/** Emacs takes -3 for 1, 2 and 3. */
const before = (days: number): readonly number[] =>
  days < 0 ? Array.from({ length: -days }, (_, at) => at + 1) : [days];

function said(all: Arguments): Says {
  const known = Object.hasOwn(FORMS, all.name) ? FORMS[all.name] : undefined;
  if (known === undefined)
    throw new Misunderstood(`its form is none of ${Object.keys(FORMS).join(", ")}, diary-remind`);
  return known(all);
}

const yes = (applies: boolean): "yes" | undefined => (applies ? "yes" : undefined);

const FORMS: Readonly<Record<string, (all: Arguments) => Says>> = {
  "diary-date": (all) => {
    const { year, month, date } = all.sets(0);
    return (of) => {
      const is = named(of);
      return yes(year(is.year) && month(is.month) && date(is.date));
    };
  },

  "diary-block": (all) => {
    const { first, last } = block(all);
    return (of) => yes(of >= first && of <= last);
  },

  "diary-anniversary": (all) => {
    const { year, month, date } = all.anniversary(0);
    if (realDay(2000, month, date) === undefined) throw new Misunderstood("there is no such date");
    return (of) => {
      const is = named(of);
      // In other years February 29 is March 1.
      const same = dayAt(is.year, month, date) === of;
      const years = year === undefined ? 100 : is.year - year;
      return same && years > 0 ? years : undefined;
    };
  },

  "diary-cyclic": (all) => {
    const every = all.number(0);
    const start = all.date(1);
    if (every < 1) throw new Misunderstood("its number of days must be at least 1");
    return (of) => (of >= start && (of - start) % every === 0 ? (of - start) / every : undefined);
  },

  "diary-float": (all) => {
    const [month, weekday, nth] = [all.set(0), all.number(1), all.number(2)];
    const date = all.optional(3);
    if (nth === 0) throw new Misunderstood("its N must not be 0");
    /** Whether it is a day to count from: the first of a month, or its last, where none is given. */
    const base = (of: Day): boolean => {
      const is = named(of);
      return month(is.month) && is.date === (date ?? (nth > 0 ? 1 : daysIn(is.year, is.month)));
    };
    // The nth one counted from a day is the nth one counted from any of the six after it, or before it.
    const [near, far] = nth > 0 ? [7 - 7 * nth, 1 - 7 * nth] : [-7 * nth - 7, -7 * nth - 1];
    return (of) => {
      if (named(of).weekday !== weekday) return undefined;
      for (let away = Math.min(near, far); away <= Math.max(near, far); away++)
        if (base(day(of + away))) return "yes";
      return undefined;
    };
  },

  "diary-offset": (all) => {
    const [says, days] = [said(all.form(0)), all.number(1)];
    return (of) => says(day(of - days));
  },

  and: (all) => {
    const forms = all.forms().map(said);
    return (of) =>
      forms.reduce<ReturnType<Says>>((last, says) => (last === undefined ? last : says(of)), "yes");
  },

  or: (all) => {
    const forms = all.forms().map(said);
    return (of) => forms.reduce<ReturnType<Says>>((first, says) => first ?? says(of), undefined);
  },

  not: (all) => {
    const says = said(all.form(0));
    return (of) => yes(says(of) === undefined);
  },
};

function block(all: Arguments): { readonly first: Day; readonly last: Day } {
  const [first, last] = [all.date(0), all.date(3)];
  if (last < first) throw new Misunderstood("it ends before it begins");
  return { first, last };
}
