declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A span. Never negative. */
export type Seconds = Unit<"s">;
/** A moment: milliseconds since 1970, UTC, by the wall clock. */
export type Epoch = Unit<"epoch-ms">;

/** No date is later, and none as long before 1970 is earlier (ECMA-262, 21.4.1.1). */
export const LATEST = 8.64e15 as Epoch;

// The casts to a branded unit are here and nowhere else.
export const seconds = (value: number): Seconds => value as Seconds;
export const epoch = (ms: number): Epoch => ms as Epoch;
export const now = (): Epoch => Date.now() as Epoch;
export const milliseconds = (span: Seconds): number => span * 1000;
export const later = (moment: Epoch, span: Seconds): Epoch => (moment + span * 1000) as Epoch;
export const between = (since: Epoch, until: Epoch): Seconds =>
  (Math.max(0, until - since) / 1000) as Seconds;

/** "2026-11-22T18:49:50.123Z" */
export const iso = (moment: Epoch): string => new Date(moment).toISOString();

const PARTS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
};

/** Reads a span as systemd.time(7) writes it: "90", "2h", "1h 30min", "1.5d". A bare number is seconds.
 * @returns undefined when the text is no span */
export function parseSpan(text: string): Seconds | undefined {
  let total = 0;
  let at = 0;
  const trimmed = text.trim();
  // Part by part from where the last one ended (sticky): one pattern for the whole would try every way to cut a
  // long number in two, and take years.
  for (const part = /(\d+(?:\.\d+)?)(?![\d.])\s*([a-z]*)\s*/y; at < trimmed.length; at = part.lastIndex) {
    part.lastIndex = at;
    const [, amount, name] = part.exec(trimmed) ?? [];
    const factor = name === "" ? 1 : PARTS[name ?? ""];
    if (amount === undefined || factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return trimmed === "" || !Number.isFinite(total) ? undefined : seconds(total);
}

/** A span for people: "40ms", "1.4s", "12s", "3min 5s", "2h 10min", "4d 3h". */
export function formatSpan(span: Seconds): string {
  if (span < 0.9995) return `${Math.round(span * 1000)}ms`;
  if (span < 9.95) return `${Number(span.toFixed(1))}s`;
  const whole = Math.round(span);
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => `${amount}${name}`)
    .join(" ");
}
