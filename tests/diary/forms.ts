import fc from "fast-check";
import type { Style } from "../../src/diary/emacs/date.ts";

const MONTHS = [
  "January",
  "Feb",
  "march",
  "Apr.",
  "May",
  "JUN",
  "July",
  "Aug",
  "September",
  "oct",
  "Nov.",
  "December",
];
const DAYS = ["Sunday", "mon", "Tue.", "Wednesday", "THU", "Friday", "Sat"];
const STYLES: readonly Style[] = ["american", "european", "iso"];

const between = (least: number, most: number) => fc.integer({ min: least, max: most });
const star = <Value>(arb: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: arb }, fc.constant("*" as const));
const zeros = fc.constantFrom("", "0");

interface Written {
  readonly month: number | "*";
  readonly date: number | "*";
  readonly year: number | string;
  readonly zero: string;
  readonly how: number;
}

const written: fc.Arbitrary<Written> = fc.record({
  month: star(between(1, 12)),
  date: star(between(1, 31)),
  year: star(fc.oneof(between(2025, 2028), fc.constantFrom("26", "27"))),
  zero: zeros,
  how: between(0, 3),
});

/** A date as each style has it, in one of four ways. */
function date(style: Style, { month, date, year, zero, how }: Written): string {
  const name = month === "*" ? "*" : MONTHS[month - 1];
  const [m, d] = [month === "*" ? month : `${zero}${month}`, date === "*" ? date : `${zero}${date}`];
  const all: Readonly<Record<Style, readonly string[]>> = {
    american: [`${m}/${d}`, `${m}/${d}/${year}`, `${name} ${d}`, `${name} ${d}, ${year}`],
    european: [`${d}/${m}`, `${d}/${m}/${year}`, `${d} ${name}`, `${d} ${name} ${year}`],
    // "* * 1" is two dates at once for Emacs.
    iso: [`${m}-${d}`, `${year}-${m}-${d}`, `${name} ${d}`, `${year === "*" ? 2026 : year} ${name} ${d}`],
  };
  return all[style][how] ?? "";
}

/** A date as the arguments of a form. */
function args(style: Style, [year, month, day]: readonly unknown[]): string {
  if (style === "american") return [month, day, year].join(" ");
  return style === "european" ? [day, month, year].join(" ") : [year, month, day].join(" ");
}

const real = fc.tuple(between(2023, 2027), between(1, 12), between(1, 28));
const set = (least: number, most: number) =>
  fc.oneof(
    between(least, most).map(String),
    fc.uniqueArray(between(least, most), { minLength: 1, maxLength: 3 }).map((all) => `'(${all.join(" ")})`),
    fc.constant("t"),
  );

/** Forms that Emacs evaluates, in a style. A diary-float from the 31st has no meaning in months of 30 days, but one in
 * Emacs. */
const form = (style: Style): fc.Arbitrary<string> =>
  fc.letrec<{ form: string; plain: string }>((tie) => ({
    plain: fc.oneof(
      fc.tuple(set(2025, 2028), set(1, 12), set(1, 31)).map((parts) => `(diary-date ${args(style, parts)})`),
      fc
        .tuple(between(2010, 2027), between(1, 12), between(1, 28))
        .map((parts) => `(diary-anniversary ${args(style, parts)})`),
      fc.constant(`(diary-anniversary ${args(style, [2004, 2, 29])})`),
      fc.tuple(between(1, 60), real).map(([n, parts]) => `(diary-cyclic ${n} ${args(style, parts)})`),
      fc
        .tuple(set(1, 12), between(0, 6), fc.constantFrom(-5, -2, -1, 1, 2, 3, 5), fc.option(between(1, 28)))
        .map(
          ([month, weekday, n, day]) =>
            `(diary-float ${month} ${weekday} ${n}${day === null ? "" : ` ${day}`})`,
        ),
      fc.tuple(real, between(0, 40)).map(([parts, long]) => {
        const [year, month, day] = parts;
        const last = new Date(Date.UTC(year, month - 1, day + long));
        const end = [last.getUTCFullYear(), last.getUTCMonth() + 1, last.getUTCDate()];
        return `(diary-block ${args(style, parts)} ${args(style, end)})`;
      }),
    ),
    form: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 5, arbitrary: tie("plain") },
      fc.tuple(tie("form"), between(-20, 20)).map(([inner, days]) => `(diary-offset '${inner} ${days})`),
      fc.tuple(tie("form"), tie("form")).map(([one, other]) => `(and ${one} ${other})`),
      fc.tuple(tie("form"), tie("form")).map(([one, other]) => `(or ${one} ${other})`),
      fc.tuple(tie("form"), tie("form")).map(([one, other]) => `(and (not ${other}) ${one})`),
    ),
  })).form;

/** One line of a diary, without what it says, in a style. */
const head = (style: Style): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("", "&"),
      fc.oneof(
        { weight: 3, arbitrary: written.map((one) => date(style, one)) },
        { weight: 1, arbitrary: fc.constantFrom(...DAYS) },
        { weight: 4, arbitrary: form(style).map((one) => `%%${one}`) },
        {
          weight: 2,
          arbitrary: fc
            .tuple(
              form(style),
              fc.oneof(between(1, 9).map(String), between(-4, -1).map(String), fc.constant("'(2 7)")),
            )
            // Of days in a row Emacs reminds day by day; here they are one.
            .filter(([inner]) => !inner.startsWith("(diary-block"))
            .map(([inner, days]) => `%%(diary-remind '${inner} ${days})`),
        },
      ),
    )
    .map((parts) => parts.join(""));

/** Diaries of a few entries, each with a word of its own. */
export const diaries: fc.Arbitrary<{ readonly style: Style; readonly diary: string }> = fc
  .constantFrom(...STYLES)
  .chain((style) =>
    fc
      .array(fc.tuple(head(style), fc.constantFrom("", " %d%s time", "\n  and more")), {
        minLength: 1,
        maxLength: 12,
      })
      .map((lines) => ({
        style,
        diary: lines.map(([head, more], at) => `${head} E${at}x${more}\n`).join(""),
      })),
  );
