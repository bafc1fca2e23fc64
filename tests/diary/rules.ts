import fc from "fast-check";

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** A rule as text, and a start that suits it. */
export interface Case {
  readonly rule: string;
  readonly start: string;
}

const some = (arb: fc.Arbitrary<unknown>, most: number) =>
  fc.uniqueArray(arb, { minLength: 1, maxLength: most }).map((list) => list.join(","));
const between = (least: number, most: number) => fc.integer({ min: least, max: most });
/** From either end. */
const places = (most: number) => fc.oneof(between(1, most), between(-most, -1));
const rarely = <Value>(arb: fc.Arbitrary<Value>) => fc.option(arb, { freq: 2, nil: undefined });

const start = fc
  .tuple(between(Date.UTC(1995, 0, 1) / 60_000, Date.UTC(2035, 0, 1) / 60_000))
  .map(([minute]) => minute * 60_000);
const shown = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

/** Rules within RFC 5545, with starts. Left out is what dateutil reads otherwise than it is read here: BYWEEKNO without
 * BYDAY, which the RFC leaves open, as it does BYSETPOS in a week that begins before the start; weekdays with and without
 * numbers in one BYDAY, of which dateutil finds none; and weeks counted from the end of a year, and its 53rd, of whose days
 * dateutil overlooks those in December. */
export const rules: fc.Arbitrary<Case> = fc
  .record({
    frequency: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("YEARLY", "MONTHLY", "WEEKLY", "DAILY") },
      { weight: 1, arbitrary: fc.constantFrom("HOURLY", "MINUTELY", "SECONDLY") },
    ),
    interval: rarely(between(2, 40)),
    count: rarely(between(1, 50)),
    wkst: rarely(fc.constantFrom(...DAYS)),
    months: rarely(some(between(1, 12), 5)),
    weeks: rarely(some(between(1, 52), 6)),
    yearDays: rarely(some(places(366), 6)),
    monthDays: rarely(some(places(31), 6)),
    weekdays: rarely(fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 5 })),
    nth: fc.option(fc.array(places(5), { minLength: 5, maxLength: 5 }), { nil: undefined }),
    hours: rarely(some(between(0, 23), 4)),
    minutes: rarely(some(between(0, 59), 3)),
    seconds: rarely(some(between(0, 59), 3)),
    positions: rarely(some(places(6), 3)),
    start,
  })
  .map(({ frequency, weekdays, nth, ...rest }) => {
    const long = frequency === "YEARLY" || frequency === "MONTHLY";
    const weeks = frequency === "YEARLY" && weekdays !== undefined ? rest.weeks : undefined;
    const nths = long && weeks === undefined ? nth : undefined;
    const numbered = weekdays?.map((name, at) => `${nths?.[at] ?? ""}${name}`);
    const parts = {
      INTERVAL: rest.interval,
      COUNT: rest.count,
      WKST: rest.wkst,
      BYMONTH: rest.months,
      BYWEEKNO: weeks,
      BYYEARDAY: ["DAILY", "WEEKLY", "MONTHLY"].includes(frequency) ? undefined : rest.yearDays,
      BYMONTHDAY: frequency === "WEEKLY" ? undefined : rest.monthDays,
      BYDAY: numbered?.join(","),
      BYHOUR: rest.hours,
      BYMINUTE: rest.minutes,
      BYSECOND: rest.seconds,
    };
    const said = Object.entries(parts).filter(([, value]) => value !== undefined);
    if (rest.positions !== undefined && said.some(([key]) => key.startsWith("BY")))
      said.push(["BYSETPOS", rest.positions]);
    const rule = [`FREQ=${frequency}`, ...said.map(([key, value]) => `${key}=${value}`)].join(";");
    return {
      rule,
      start: shown(onWeek(rest.start, frequency === "WEEKLY" ? (rest.wkst ?? "MO") : undefined)),
    };
  });

function onWeek(ms: number, wkst: string | undefined): number {
  if (wkst === undefined) return ms;
  return ms - ((new Date(ms).getUTCDay() - DAYS.indexOf(wkst) + 7) % 7) * 86_400_000;
}
