import { type Document, type Lines, lineOf, mistake, note, type Path } from "./document.ts";
import { type Datum, readScheme } from "./scheme.ts";

type Entry = Extract<Datum, { kind: "list" }>;

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
}

/** Reads the Scheme form of a configuration, (config (key value) …), into plain data.
 *
 * (key value) and (key . value) set a value; a value whose elements are all lists or pairs that begin with a
 * word is a table; other elements are a list. A bare alist, without the word `config`, will do.
 * @throws Trouble with file, line and column */
export function readAlist(text: string, file: string): Document {
  const reading: Reading = { file, text, lines: new Map() };
  const datum = readScheme(text, file);
  const whole =
    datum.kind === "list" && isSymbol(datum.items[0], "config")
      ? { ...datum, items: datum.items.slice(1) }
      : datum;
  if (whole.kind !== "list" || whole.tail !== undefined)
    throw wrong(reading, datum, "a configuration is written (config (key value) …)");
  const value = whole.items.length === 0 ? {} : meaning(reading, whole.items, []);
  if (!isTable(value)) throw wrong(reading, datum, "a configuration is written (config (key value) …)");
  return { value, line: (path) => lineOf(reading.lines, path) };
}

/** What stands after a key. */
function meaning(reading: Reading, items: readonly Datum[], path: Path): unknown {
  const [only] = items;
  if (items.every(isEntry)) return table(reading, items, path);
  return items.length === 1 && only !== undefined ? single(reading, only, path) : list(reading, items, path);
}

function single(reading: Reading, datum: Datum, path: Path): unknown {
  if (datum.kind === "symbol") return datum.name;
  if (datum.kind === "value") return datum.value;
  if (datum.tail !== undefined)
    throw wrong(reading, datum, "a pair with a dot stands only in a table: (key . value)");
  return datum.items.length > 0 && datum.items.every(isEntry)
    ? table(reading, datum.items, path)
    : list(reading, datum.items, path);
}

function list(reading: Reading, items: readonly Datum[], path: Path): unknown[] {
  return items.map((item, index) => {
    note(reading.lines, [...path, index], item.line);
    return single(reading, item, [...path, index]);
  });
}

function table(reading: Reading, entries: readonly Entry[], path: Path): Record<string, unknown> {
  const found = new Map<string, unknown>();
  for (const entry of entries) {
    const [head, ...rest] = entry.items;
    const name = head?.kind === "symbol" ? head.name : "";
    if (found.has(name)) throw wrong(reading, entry, "this key stands twice in its table; keep one");
    note(reading.lines, [...path, name], entry.line);
    if (entry.tail !== undefined && rest.length > 0)
      throw wrong(reading, entry, "after a dot stands one value: (key . value)");
    const items = entry.tail === undefined ? rest : [entry.tail];
    if (items.length === 0) throw wrong(reading, entry, "this key has no value; give it one, or remove it");
    found.set(name, meaning(reading, items, [...path, name]));
  }
  return Object.fromEntries(found);
}

const isEntry = (datum: Datum): datum is Entry => datum.kind === "list" && isSymbol(datum.items[0]);
const isSymbol = (datum: Datum | undefined, name?: string): boolean =>
  datum?.kind === "symbol" && (name === undefined || datum.name === name);
const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const wrong = (reading: Reading, datum: Datum, what: string) =>
  mistake(reading.file, reading.text, datum.offset, what);
