import { type Cursor, take, wrong } from "./cursor.ts";
import { counter, type Document, type Lines, lineOf, note, type Path } from "./document.ts";

/** Deeper than any key of ours, and far from the end of the stack. */
const DEPTH = 32;

interface Reading extends Cursor {
  readonly lines: Lines;
}

/** Reads JSON (RFC 8259). Not JSON.parse: its errors quote the text, which may be a password, it gives no
 * lines, and it takes the last of two equal keys without a word.
 * @throws Trouble with file, line and column when the text is no JSON object */
export function readJson(text: string, file: string): Document {
  const reading: Reading = { file, text, line: counter(text), lines: new Map(), at: 0 };
  const value = read(reading, []);
  blanks(reading);
  if (reading.at < text.length) throw wrong(reading, "there is text after the end; remove it");
  return { value: value as Record<string, unknown>, line: (path) => lineOf(reading.lines, path) };
}

function read(reading: Reading, path: Path): unknown {
  blanks(reading);
  if (path.length > DEPTH) throw wrong(reading, `nested deeper than ${DEPTH} levels`);
  const sign = reading.text[reading.at];
  if (sign === "{") return object(reading, path);
  if (sign === "[") return array(reading, path);
  if (sign === '"') return quoted(reading);
  const word = take(reading, /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y);
  if (word === undefined)
    throw wrong(reading, 'a value is needed here: "text", a number, true, false, [ or {');
  return JSON.parse(word);
}

function object(reading: Reading, path: Path): unknown {
  const entries = new Map<string, unknown>();
  for (const _ of elements(reading, "}")) {
    const start = reading.at;
    if (reading.text[start] !== '"')
      throw wrong(
        reading,
        'a "key" in double quotes is needed here, or }; after the last one stands no comma',
      );
    const name = quoted(reading);
    if (entries.has(name)) throw wrong(reading, "this key stands twice in its table; keep one", start);
    note(reading.lines, [...path, name], reading.line(start));
    if (take(reading, /[ \t\r\n]*:/y) === undefined) throw wrong(reading, "a : is needed after a key");
    entries.set(name, read(reading, [...path, name]));
  }
  return Object.fromEntries(entries);
}

function array(reading: Reading, path: Path): unknown {
  const found: unknown[] = [];
  for (const _ of elements(reading, "]")) {
    const here = [...path, found.length];
    note(reading.lines, here, reading.line(reading.at));
    found.push(read(reading, here));
  }
  return found;
}

/** Stops before each element between two brackets; the caller reads it. */
function* elements(reading: Reading, end: string): Generator<void> {
  const start = reading.at++;
  blanks(reading);
  if (reading.text[reading.at] === end) {
    reading.at++;
    return;
  }
  for (;;) {
    yield;
    blanks(reading);
    const sign = reading.text[reading.at];
    if (sign === undefined) throw wrong(reading, `this ${end === "}" ? "{" : "["} is never closed`, start);
    if (sign !== end && sign !== ",") throw wrong(reading, `a , or ${end} is needed here`);
    reading.at++;
    if (sign === end) return;
    blanks(reading);
  }
}

function quoted(reading: Reading): string {
  const start = reading.at;
  const found = take(
    reading,
    /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y,
  );
  if (found === undefined)
    throw wrong(
      reading,
      "this text is not closed on its line, or has a \\ before a sign that needs none",
      start,
    );
  return JSON.parse(found) as string;
}

const blanks = (reading: Reading): void => void take(reading, /[ \t\r\n]*/y);
