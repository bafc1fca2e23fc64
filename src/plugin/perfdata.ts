/** One measurement as plugins for Nagios print it (Monitoring Plugins Development Guidelines, "Performance data"). */
export interface Measure {
  readonly label: string;
  /** null where it was not to be had (`U`). */
  readonly value: number | null;
  /** "s", "ms", "%", "B", "KB", "c" or anything else; "" where there is none. */
  readonly unit: string;
  /** Outside of what it is a warning, or critical. */
  readonly warn?: Threshold;
  readonly crit?: Threshold;
  readonly min?: number;
  readonly max?: number;
}

export interface Threshold {
  /** As written, shortened. */
  readonly text: string;
  /** Absent where it is no range as the guidelines have it, such as "10%". */
  readonly range?: Range;
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
  /** Whether there was more than is read. */
  readonly cut: boolean;
}

/** Measures that are read, at the most. */
const MOST = 2000;
/** Characters of a label, of a value with its unit, of a limit. */
const LABEL = 256;
const VALUE = 64;
const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;

/** Reads performance data: measurements with blanks between. */
export function readPerfdata(text: string): Perfdata {
  const measures: Measure[] = [];
  const malformed: string[] = [];
  let at = past(text, 0);
  for (; at < text.length && measures.length + malformed.length < MOST; at = past(text, at)) {
    const label = text.charAt(at) === "'" ? quoted(text, at) : bare(text, at);
    // A label may hold blanks only in quotes; the rest of a measurement never does.
    const end = blank(text, label?.end ?? at);
    const measure = label === undefined ? undefined : read(label.text, text.slice(label.end + 1, end));
    if (measure === undefined) malformed.push(text.slice(at, Math.min(end, at + 80)));
    else measures.push(measure);
    at = end;
  }
  return { measures, malformed, cut: at < text.length };
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

/** A label without quotes may hold = in practice; what stands behind the first ; is no label any more. */
function bare(text: string, start: number): Label | undefined {
  const word = text.slice(start, blank(text, start));
  const limits = word.indexOf(";", word.indexOf("="));
  const equals = word.slice(0, limits < 0 ? word.length : limits).lastIndexOf("=");
  return equals > 0 ? { text: word.slice(0, equals), end: start + equals } : undefined;
}

/** The next blank, or the end. */
const blank = (text: string, start: number): number => next(/\s/g, text, start);
/** The next sign that is no blank, or the end. */
const past = (text: string, start: number): number => next(/\S/g, text, start);

function next(sign: RegExp, text: string, start: number): number {
  sign.lastIndex = start;
  return sign.exec(text)?.index ?? text.length;
}

const MEASURED = new RegExp(`^(${NUMBER}|U)([^\\d\\s;'"]{0,16})$`);
function read(label: string, text: string): Measure | undefined {
  const [first = "", warn, crit, min, max] = text.split(";");
  if (label === "" || label.length > LABEL || first.length > VALUE) return undefined;
  const [, digits, unit] = MEASURED.exec(first.replace(",", ".")) ?? [];
  if (digits === undefined || Number(digits) === Infinity || Number(digits) === -Infinity) return undefined;
  return {
    label,
    value: digits === "U" ? null : Number(digits),
    unit: unit ?? "",
    ...threshold("warn", warn),
    ...threshold("crit", crit),
    ...limit("min", min),
    ...limit("max", max),
  };
}

function threshold(
  name: "warn" | "crit",
  text: string | undefined,
): { readonly [Name in "warn" | "crit"]?: Threshold } {
  if (text === undefined || text === "") return {};
  const range = readRange(text);
  return { [name]: { text: text.slice(0, VALUE), ...(range === undefined ? {} : { range }) } };
}

const RANGE = new RegExp(`^(@?)(?:(~|${NUMBER})?:)?(${NUMBER})?$`);

/** Reads a range as plugins for Nagios write it.
 * @returns undefined for what is none */
export function readRange(text: string): Range | undefined {
  if (text === "" || text === "@" || text.length > VALUE) return undefined;
  const [, inside, from = "0", to] = RANGE.exec(text.replaceAll(",", ".")) ?? [];
  if (inside === undefined) return undefined;
  const start = from === "~" ? -Infinity : Number(from);
  const end = to === undefined ? Infinity : Number(to);
  if (start > end) return undefined;
  return { from: finite(start), to: finite(end), inside: inside === "@" };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const WHOLE = new RegExp(`^${NUMBER}$`);

function limit(name: "min" | "max", text = ""): { readonly [Name in "min" | "max"]?: number } {
  const number =
    text.length <= VALUE && WHOLE.test(text.replace(",", ".")) ? Number(text.replace(",", ".")) : NaN;
  return Number.isFinite(number) ? { [name]: number } : {};
}
