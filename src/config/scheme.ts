import { type Cursor, take, wrong } from "./cursor.ts";
import { counter } from "./document.ts";

/** What a Scheme reader makes of text. A dotted tail is kept apart only where it is no list itself:
 * (a . (b c)) and (a b c) are the same. */
export type Datum =
  | { readonly kind: "symbol"; readonly name: string; readonly offset: number; readonly line: number }
  | {
      readonly kind: "value";
      readonly value: string | number | boolean;
      readonly offset: number;
      readonly line: number;
    }
  | {
      readonly kind: "list";
      readonly items: readonly Datum[];
      readonly tail?: Datum;
      readonly offset: number;
      readonly line: number;
    };

const DEPTH = 32;

interface Reading extends Cursor {
  depth: number;
}

/** Reads the one S-expression of a file (R7RS and Guile: strings, numbers, symbols, #t, #f, quotes, dots; comments
 * of the kinds `;`, `#|…|#` and `#;`). Nothing is evaluated.
 * @throws Trouble with file, line and column */
export function readScheme(text: string, file: string): Datum {
  const reading: Reading = { file, text, line: counter(text), depth: 0, at: 0 };
  const datum = read(reading);
  space(reading);
  if (reading.at < text.length)
    throw wrong(reading, "there is text after the end; remove it, or a ) that closes too early");
  return datum;
}

function read(reading: Reading): Datum {
  space(reading);
  const place = { offset: reading.at, line: reading.line(reading.at) };
  const sign = reading.text[reading.at];
  if (sign === undefined) throw wrong(reading, "the file ends where a value is needed");
  if (sign === "(") return deeper(reading, list);
  if (sign === "'") return deeper(reading, quote);
  if (sign === '"') return { kind: "value", value: string(reading), ...place };
  if (sign === ")") throw wrong(reading, "a ) too many, or a value is missing before it");
  const word = take(reading, /[^\s()"';]+/y) ?? "";
  if (/^#(?:t|true|f|false)$/.test(word)) return { kind: "value", value: word.startsWith("#t"), ...place };
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word))
    return { kind: "value", value: Number(word), ...place };
  if (word === "" || /^[#`,|[\]{}]|[[\]{}|]/.test(word))
    throw wrong(reading, 'this is not understood; use (, ), "text", numbers, words, #t and #f', place.offset);
  return { kind: "symbol", name: word, ...place };
}

function deeper<Found>(reading: Reading, reader: (reading: Reading) => Found): Found {
  if (++reading.depth > DEPTH) throw wrong(reading, `nested deeper than ${DEPTH} levels`);
  const found = reader(reading);
  reading.depth--;
  return found;
}

/** A quoted datum is the datum: nothing here is evaluated anyway. */
function quote(reading: Reading): Datum {
  reading.at++;
  return read(reading);
}

function list(reading: Reading): Datum {
  const offset = reading.at++;
  const line = reading.line(offset);
  const items: Datum[] = [];
  for (;;) {
    space(reading);
    if (reading.at >= reading.text.length) throw wrong(reading, "this ( is never closed", offset);
    if (take(reading, /\)/y) !== undefined) return { kind: "list", items, offset, line };
    if (items.length > 0 && take(reading, /\.(?=[\s()"';])/y) !== undefined)
      return { ...dotted(reading, items), offset, line };
    items.push(read(reading));
  }
}

function dotted(
  reading: Reading,
  items: readonly Datum[],
): { kind: "list"; items: readonly Datum[]; tail?: Datum } {
  const tail = read(reading);
  space(reading);
  if (take(reading, /\)/y) === undefined) throw wrong(reading, "after a dot stands one value, and then )");
  if (tail.kind !== "list") return { kind: "list", items, tail };
  return {
    kind: "list",
    items: [...items, ...tail.items],
    ...(tail.tail === undefined ? {} : { tail: tail.tail }),
  };
}

const NAMED: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
};

function string(reading: Reading): string {
  const start = reading.at;
  const found = take(reading, /"[^"\\]*(?:\\[^][^"\\]*)*"/y);
  if (found === undefined) throw wrong(reading, "this string is never closed", start);
  // A backslash at the end of a line joins it with the next one, without the blanks there.
  return found
    .slice(1, -1)
    .replace(
      /\\(?:[ \t]*\r?\n[ \t]*|x([\da-fA-F]{1,6});|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{6})|([^]))/g,
      (whole, closed?: string, two?: string, four?: string, six?: string, sign?: string) => {
        const code = closed ?? two ?? four ?? six;
        if (code === undefined) return sign === undefined ? "" : escaped(reading, sign, start);
        if (Number.parseInt(code, 16) <= 0x10_ffff) return String.fromCodePoint(Number.parseInt(code, 16));
        throw wrong(reading, `this string holds ${whole.slice(0, 2)} with a number that is no sign`, start);
      },
    );
}

function escaped(reading: Reading, sign: string, start: number): string {
  if (sign === '"' || sign === "\\") return sign;
  const meant = NAMED[sign];
  if (meant === undefined)
    throw wrong(
      reading,
      "this string holds a backslash before a sign that needs none; write \\\\ for a backslash",
      start,
    );
  return meant;
}

/** Blanks and comments. */
function space(reading: Reading): void {
  for (;;) {
    take(reading, /(?:\s+|;[^\n]*)*/y);
    if (reading.text.startsWith("#|", reading.at)) block(reading);
    else if (take(reading, /#;/y) !== undefined) deeper(reading, read);
    else return;
  }
}

/** Block comments nest. */
function block(reading: Reading): void {
  const start = reading.at;
  let depth = 0;
  do {
    const edge = take(reading, /[^|#]*(?:\|(?!#)[^|#]*|#(?!\|)[^|#]*)*(?:\|#|#\|)/y);
    if (edge === undefined) throw wrong(reading, "this #| comment is never closed with |#", start);
    depth += edge.endsWith("#|") ? 1 : -1;
  } while (depth > 0);
}
