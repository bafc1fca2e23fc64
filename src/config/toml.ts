import { parse, stringify } from "smol-toml";
import { Trouble } from "../trouble.ts";
import { type Document, type Lines, lineOf } from "./document.ts";
import { locate } from "./locate.ts";

/** Reads TOML 1.1.
 * @throws Trouble with file, line and column when the text is none */
export function readToml(text: string, file: string): Document {
  let value: Record<string, unknown>;
  try {
    value = parse(text, { maxDepth: 32 });
  } catch (error) {
    throw refused(error, file);
  }
  // Only a configuration that is refused is asked for its lines.
  let lines: Lines | undefined;
  return { value, line: (path) => lineOf((lines ??= locate(text)), path) };
}

/** What `readToml` reads again. */
export const writeToml = (table: Readonly<Record<string, unknown>>): string => stringify(table);

/** The library's message shows the lines around the fault, one of which may hold a password: only its
 * first sentence is passed on, and no `cause`. */
function refused(error: unknown, file: string): Trouble {
  const { message, line, column } = error as { message: string; line?: number; column?: number };
  if (line === undefined || column === undefined) throw error;
  const what = message.split("\n", 1)[0]?.replace(/^Invalid TOML document: /, "") ?? "";
  const known = Object.entries(CURES).find(([begin]) => what.startsWith(begin));
  return new Trouble(
    `${file}:${line}:${column}: ${known === undefined ? "not TOML" : `${known[0]}; ${known[1]}`}`,
    { kind: "configuration" },
  );
}

/** What the library says (so nothing of the file can be in it), and what to do. */
const CURES: Readonly<Record<string, string>> = {
  "invalid value": 'text stands in "quotes", a list in [brackets]',
  "illegal character in numeric literal": 'text stands in "quotes"',
  "illegal leading zero": 'text stands in "quotes"',
  "illegal character in key": 'a key is letters, digits, - and _, or stands in "quotes"',
  "illegal empty bare key": 'write key = "value"',
  "incomplete key-value": 'write key = "value"',
  "unexpected end of key": 'write key = "value"',
  "each key-value declaration must be followed by an end-of-line":
    'one key a line; a list stands in [brackets], text in "quotes"',
  "unfinished string": "close its quotes on the same line",
  "control characters are not allowed": "close the quotes on their line; a control is written \\u00XX",
  "unrecognised escape sequence": "write \\\\ for a backslash, or use 'single quotes'",
  "invalid escape": "write \\\\ for a backslash, or use 'single quotes'",
  "invalid unicode escape": "write \\uXXXX with four hexadecimal digits",
  "invalid non-hex character in unicode escape": "write \\uXXXX with four hexadecimal digits",
  "unfinished array": "close it with ]",
  "unfinished table": "close it with }",
  "unfinished numeric value": 'complete the number, or put text in "quotes"',
  "expected comma or end of structure": "put a , between two elements",
  "expected end of table array declaration": "close it with ]]",
  "trying to redefine an already defined": "keep one of them",
  "document contains excessively nested structures": "flatten them",
  "invalid date": 'text stands in "quotes"',
  "illegal underscore": "write digits only",
  "integer value cannot be represented losslessly": "write a smaller number",
};
