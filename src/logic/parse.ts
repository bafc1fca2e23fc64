import { parse as read } from "#grammar";
import { Fault } from "./fault.ts";
import { HABITS } from "./habit.ts";
import { scan } from "./scan.ts";
import type { Parsed } from "./term.ts";

/** Reads a program: clauses, and a query at most.
 * @throws Fault */
export function parse(text: string): Parsed {
  scan(text);
  try {
    return read(text);
  } catch (error) {
    const { location, expected } = error as {
      readonly location?: { readonly start: { readonly offset: number } };
      readonly expected?: readonly Expected[];
    };
    if (location === undefined) throw error;
    throw misread(text, location.start.offset, expected ?? []);
  }
}

/** What peggy would have taken. */
interface Expected {
  readonly type: string;
  readonly description?: string;
  readonly text?: string;
}

function misread(text: string, at: number, expected: readonly Expected[]): Fault {
  const [before, behind] = [text.slice(0, at), text.slice(at)];
  for (const { where, here, inside, back, says, advice } of HABITS) {
    const earlier = where?.exec(before);
    if ((where !== undefined && earlier == null) || !here.test(behind)) continue;
    if (inside !== undefined && inside !== inArguments(before)) continue;
    const place = back === true ? (earlier?.index ?? at) : at;
    return new Fault(place, says ?? `\`${shown(behind)}\` is not understood here`, advice);
  }
  const what = behind === "" ? "the end of the text" : `\`${shown(behind)}\``;
  const words = expected
    .filter(({ type }) => type === "other" || type === "literal")
    .map((one) => one.description ?? `\`${one.text ?? ""}\``)
    .filter((word) => word !== "blank");
  const likely = [...new Set(words)].slice(0, 8).join(", ");
  return new Fault(
    at,
    `${what} is not understood here`,
    likely === "" ? "see `sheepdog ask --help`" : `possible here: ${likely}`,
  );
}

/** The word at the beginning of a text, or its sign. */
const shown = (text: string): string =>
  /^(?:[\p{L}\p{N}_]{1,40}|[-+*/\\^<>=~:.?@#&$|]{1,3}|.)/su.exec(text)?.[0] ?? "";

/** Whether that is where arguments stand: behind a bracket that a name has opened. */
function inArguments(before: string): boolean {
  let depth = 0;
  for (const { 0: sign } of [...before.matchAll(BRACKETS)].toReversed()) {
    if (sign.endsWith("(") && depth-- === 0) return sign !== "(";
    if (sign === ")") depth++;
  }
  return false;
}
const BRACKETS = /'(?:[^'\\]|\\.|'')*'\(?|"(?:[^"\\]|\\.|"")*"|%[^\n]*|[\p{L}\p{N}_]?\(|\)/gu;
