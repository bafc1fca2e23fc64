import type { Diary } from "../../config/diary.ts";
import { type Day, type Named, named, realDay } from "../wall.ts";

/** Order of day, month and year: `calendar-date-style` in Emacs. */
export type Style = Diary["style"];

/** A part of a date: what it has to be, or anything. */
type Part = number | "*";

/** The days that a date means. */
export interface Dated {
  readonly applies: (of: Day) => boolean;
  /** Where it is one day only. */
  readonly only?: Day;
  /** What stands behind it in its line. */
  readonly rest: string;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Whole, or the first three letters, then perhaps with a full stop. */
const names = (all: readonly string[]): string =>
  all.map((name) => `${name}|${name.slice(0, 3)}\\.?`).join("|");
const at = (all: readonly string[], given: string): number =>
  all.findIndex((name) => name.slice(0, 3).toLowerCase() === given.slice(0, 3).toLowerCase());

const D = String.raw`(?<day>\*|\d{1,4})`;
const M = String.raw`(?<month>\*|\d{1,4})`;
const N = String.raw`(?<name>\*|${names(MONTHS)})`;
const Y = String.raw`(?<year>\*|\d{1,6})`;
/** What stands behind a date is one sign that cannot be part of it, and is dropped with it. */
const behind = (none: string): string => `(?:[^${none}]|$)`;
const forms = (...all: readonly string[]): readonly RegExp[] =>
  [...all, `(?<weekday>${names(DAYS)})(?:[^\\p{L}\\p{N}]|$)`].map((form) => new RegExp(`^(?:${form})`, "iu"));

/** As `diary-american-date-forms` and its two siblings have them. */
const FORMS: Readonly<Record<Style, readonly RegExp[]>> = {
  american: forms(
    `${M}/${D}${behind("/0-9")}`,
    `${M}/${D}/${Y}${behind("0-9")}`,
    `${N} *${D}${behind(",0-9")}`,
    `${N} *${D}, *${Y}${behind("0-9")}`,
  ),
  european: forms(
    `${D}/${M}${behind("/0-9")}`,
    `${D}/${M}/${Y}${behind("0-9")}`,
    // A number behind it is a year, unless it is a time.
    String.raw`${D} *${N}(?:[^\p{L}\p{N}*]+(?=\p{L}|\d+[:ap])|[^\p{L}\p{N}*]*$)`,
    `${D} *${N} *${Y}${behind("0-9:ap")}`,
  ),
  iso: forms(
    `${M}[-/]${D}${behind("-/0-9")}`,
    `${Y}[-/]${M}[-/]${D}${behind("0-9")}`,
    // Before the next one, which would read "* * 1" as every day.
    `${Y} *${N} *${D}${behind("0-9")}`,
    `${N} *${D}${behind("-0-9")}`,
  ),
};

/** Reads the date with which a line begins.
 * @returns undefined when it begins with none, or with one that there is not */
export function readDate(line: string, style: Style): Dated | undefined {
  for (const form of FORMS[style]) {
    const found = form.exec(line);
    if (found === null) continue;
    const days = meant(found.groups ?? {});
    return days === undefined ? undefined : { ...days, rest: line.slice(found[0].length) };
  }
  return undefined;
}

function meant({
  weekday,
  day,
  month,
  name,
  year,
}: Readonly<Record<string, string | undefined>>): Omit<Dated, "rest"> | undefined {
  if (weekday !== undefined) {
    const which = at(DAYS, weekday);
    return { applies: (of) => named(of).weekday === which };
  }
  const part = (text: string | undefined): Part => (text === undefined || text === "*" ? "*" : Number(text));
  const inYear = name === undefined || name === "*" ? part(month ?? name) : at(MONTHS, name) + 1;
  const [inMonth, of] = [part(day), part(year)];
  const short = year?.length === 2 && of !== "*";
  // In a leap year all days are that there are.
  const leap = of === "*" || short ? 2000 : of;
  const known = realDay(leap, inYear === "*" ? 1 : inYear, inMonth === "*" ? 1 : inMonth);
  if (known === undefined) return undefined;
  const fits = (wanted: Part, is: number): boolean => wanted === "*" || wanted === is;
  const applies = (is: Named): boolean =>
    fits(inYear, is.month) &&
    fits(inMonth, is.date) &&
    (fits(of, is.year) || (short && of === is.year % 100));
  const whole = ![inYear, inMonth, of].includes("*") && !short;
  return { applies: (of) => applies(named(of)), ...(whole ? { only: known } : {}) };
}
