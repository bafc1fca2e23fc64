/** One measurement as plugins for Nagios print it (Monitoring Plugins Development Guidelines, "Performance data"). */
export interface Measure {
  readonly label: string;
  /** null where it was not to be had (`U`). */
  readonly value: number | null;
  /** "s", "ms", "%", "B", "KB", "c" or anything else; "" where there is none. */
  readonly unit: string;
  /** Ranges outside which it is a warning, or critical. */
  readonly warn?: Range;
  readonly crit?: Range;
  readonly min?: number;
  readonly max?: number;
}

/** "10" is 0 to 10, "10:" from 10 up, "~:10" up to 10, "@10:20" bad inside of it. */
export interface Range {
  /** null: no limit on this side. */
  readonly from: number | null;
  readonly to: number | null;
  /** Whether it is inside that it is bad. */
  readonly inside: boolean;
}

export interface Perfdata {
  readonly measures: readonly Measure[];
  /** What is no measurement, shortened. */
  readonly malformed: readonly string[];
}

/** Measures that are read, at the most. */
const MOST = 2000;

/** Reads performance data: measurements with blanks between. */
export function readPerfdata(text: string): Perfdata {
  const measures: Measure[] = [];
  const malformed: string[] = [];
  let at = 0;
  while (at < text.length && measures.length + malformed.length < MOST) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const label = text.charAt(at) === "'" ? quoted(text, at) : bare(text, at);
    // A label may hold blanks only in quotes; the rest of a measurement never does.
    const end = next(text, label?.end ?? at);
    const measure = label === undefined ? undefined : read(label.text, text.slice(label.end + 1, end));
    if (measure === undefined) malformed.push(text.slice(at, end).slice(0, 80));
    else measures.push(measure);
    at = end;
  }
  return { measures, malformed };
}

interface Label {
  readonly text: string;
  /** Where its = stands. */
  readonly end: number;
}

/** 'a label', in which '' stands for one quote. */
function quoted(text: string, start: number): Label | undefined {
  let label = "";
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) !== "'") label += text.charAt(at);
    else if (text.charAt(at + 1) === "'") label += text.charAt(at++);
    else return text.charAt(at + 1) === "=" ? { text: label, end: at + 1 } : undefined;
  }
  return undefined;
}

function bare(text: string, start: number): Label | undefined {
  const end = next(text, start);
  // The last one: a label may hold = in practice, a value never does.
  const equals = text.lastIndexOf("=", end - 1);
  return equals > start ? { text: text.slice(start, equals), end: equals } : undefined;
}

/** The next blank, or the end. */
function next(text: string, start: number): number {
  for (let at = start; at < text.length; at++) if (/\s/.test(text.charAt(at))) return at;
  return text.length;
}

function read(label: string, text: string): Measure | undefined {
  const [first = "", warn, crit, min, max] = text.split(";");
  const [, digits, unit] =
    /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|U)([^\d\s;'"]{0,16})$/.exec(first.replace(",", ".")) ?? [];
  if (label === "" || digits === undefined || first.length > 64) return undefined;
  return {
    label,
    value: digits === "U" ? null : Number(digits),
    unit: unit ?? "",
    ...range("warn", warn),
    ...range("crit", crit),
    ...limit("min", min),
    ...limit("max", max),
  };
}

function range(
  name: "warn" | "crit",
  text: string | undefined,
): { readonly [Name in "warn" | "crit"]?: Range } {
  const read = text === undefined || text.length > 64 ? undefined : readRange(text);
  return read === undefined ? {} : { [name]: read };
}

/** Reads a range as plugins for Nagios write it.
 * @returns undefined for what is none */
export function readRange(text: string): Range | undefined {
  const [, inside, from, to] = /^(@?)(?:(~|[-+]?[\d.]+)?:)?([-+]?[\d.]+(?:[eE][-+]?\d+)?)?$/.exec(text) ?? [];
  if (text === "" || text === "@" || inside === undefined) return undefined;
  const start = from === "~" ? null : Number(from ?? 0);
  const end = to === undefined ? null : Number(to);
  if (Number.isNaN(start) || Number.isNaN(end)) return undefined;
  return { from: start, to: end, inside: inside === "@" };
}

function limit(name: "min" | "max", text: string | undefined): { readonly [Name in "min" | "max"]?: number } {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isNaN(value) ? {} : { [name]: value };
}
