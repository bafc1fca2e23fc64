import type { Rule } from "./rule.ts";
import { type Day, day, dayAt, daysIn, type Named, named } from "../wall.ts";

/** Which days a rule lets through, of a period that has the right distance from the start. The parts of a rule that
 * name days either widen or narrow the set, says RFC 5545, according to its frequency; but what is left in the end are
 * always the days of the period that each part lets through.
 * @param rule  filled (rule.ts) */
export function fitting(rule: Rule): (of: Day) => boolean {
  const { months, monthDays, yearDays, weeks, weekdays, weekStart } = rule;
  const tests: ((of: Day, as: Named) => boolean)[] = [];
  if (months.length > 0) tests.push((_, { month }) => months.includes(month));
  if (monthDays.length > 0)
    tests.push(
      (_, { year, month, date }) =>
        monthDays.includes(date) || monthDays.includes(date - daysIn(year, month) - 1),
    );
  if (yearDays.length > 0)
    tests.push((of, as) => {
      const { from, next } = yearOf(as);
      return yearDays.includes(of - from + 1) || yearDays.includes(of - next);
    });
  if (weekdays.length > 0) {
    const whole = rule.frequency === "YEARLY" && months.length === 0 ? yearOf : monthOf;
    tests.push((of, as) =>
      weekdays.some(({ nth, weekday }) => weekday === as.weekday && (nth === 0 || isNth(of, nth, whole(as)))),
    );
  }
  if (weeks.length > 0)
    tests.push((of) => {
      const { week, last } = weekOf(of, weekStart);
      return weeks.includes(week) || weeks.includes(week - last - 1);
    });
  if (tests.length === 0) return () => true;
  return (of) => {
    const as = named(of);
    return tests.every((test) => test(of, as));
  };
}

interface Period {
  readonly from: Day;
  /** The day after its last one. */
  readonly next: Day;
}

const yearOf = ({ year }: Named): Period => ({ from: dayAt(year, 1, 1), next: dayAt(year + 1, 1, 1) });

const monthOf = ({ year, month }: Named): Period => ({
  from: dayAt(year, month, 1),
  next: dayAt(year, month + 1, 1),
});

/** Whether it is the nth of its weekday in a period. */
const isNth = (of: Day, nth: number, { from, next }: Period): boolean =>
  nth === (nth > 0 ? Math.floor((of - from) / 7) + 1 : -Math.floor((next - 1 - of) / 7) - 1);

/** The first day of the week in which a day is. */
export const weekFrom = (of: Day, weekStart: number): Day =>
  day(of - ((named(of).weekday - weekStart + 7) % 7));

/** The number of the week in which a day is, and that of the last one of the year to which that week belongs: the year
 * of most of its days (ISO 8601). */
function weekOf(of: Day, weekStart: number): { readonly week: number; readonly last: number } {
  const from = weekFrom(of, weekStart);
  const { year } = named(day(from + 3));
  const first = weekFrom(dayAt(year, 1, 4), weekStart);
  const next = weekFrom(dayAt(year + 1, 1, 4), weekStart);
  return { week: (from - first) / 7 + 1, last: (next - first) / 7 };
}
