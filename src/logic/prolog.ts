import type { Relation } from "./relation.ts";

/** A relation as SWI-Prolog's text has it: `ram/2` of now; `ram_during/4`, with since and until (ms since 1970) at the
 * end, of then. What lasts ends at 1.0Inf. */
export interface Told {
  readonly name: string;
  readonly arity: number;
  /** SQL of its rows, values as they stand in the text. */
  readonly sql: string;
}

export function told({ name, columns, present, spans }: Relation): readonly Told[] {
  const arity = columns.length;
  const now = { name, arity, sql: select(present.columns, present.from, present.where) };
  if (spans === undefined) return [now];
  const ends = [spans.since, `coalesce(${spans.until}, 9e999)`];
  return [
    now,
    {
      name: `${name}_during`,
      arity: arity + 2,
      sql: select([...spans.columns, ...ends], spans.from, spans.where),
    },
  ];
}

const select = (columns: readonly string[], from: string, where: string): string =>
  `SELECT DISTINCT ${columns.join(", ")} FROM ${from} AS t${where === "" ? "" : ` WHERE ${where}`}`.replaceAll(
    "{t}",
    "t",
  );

/** A value as a term. */
export function term(value: string | number | null): string {
  if (value === null) return "null";
  if (typeof value === "string") return atom(value);
  if (!Number.isFinite(value)) return value > 0 ? "1.0Inf" : "-1.0Inf";
  const text = String(value);
  // 1e21 is a number to JavaScript, and none to Prolog.
  return /^-?\d+e/.test(text) ? text.replace("e", ".0e").replace("e+", "e") : text.replace("e+", "e");
}

export const atom = (text: string): string =>
  /^[a-z][a-zA-Z0-9_]*$/.test(text)
    ? text
    : `'${text
        .replaceAll("\\", "\\\\")
        .replaceAll("'", "\\'")
        .replaceAll(/\p{Cc}/gu, (sign) => `\\x${sign.charCodeAt(0).toString(16)}\\`)}'`;
