/** What there is to ask of: tables of the history, seen as relations. */

/** What stands in a column. "any": whatever a fact says, text or number. */
export type Type = "text" | "number" | "bytes" | "time" | "any";

export interface Column {
  /** For people: "Host". */
  readonly name: string;
  /** How many different values it may have on a big herd. */
  readonly spread: number;
  readonly type: Type;
}

/** What a column of an answer is. */
export type Titled = Pick<Column, "name" | "type">;

/** Rows of SQL. `{t}` in its texts stands for the alias of the table. */
export interface Rows {
  /** A table, or a query in brackets. */
  readonly from: string;
  /** What holds of every row; "" for nothing. */
  readonly where: string;
  /** One a column. */
  readonly columns: readonly string[];
  /** SQL of the id of the bark that told it, or NULL. */
  readonly bark?: string;
  /** Said of a row besides, where the column (its place) has one of the values other than this one: lets SQLite use
   * a partial index, for which it must know the value beforehand. */
  readonly unless?: { readonly column: number; readonly value: string; readonly says: string };
}

export interface Relation {
  readonly name: string;
  readonly columns: readonly Column[];
  /** What it is about, in a few words. */
  readonly about: string;
  /** An example of a question. */
  readonly example: string;
  /** What holds now. */
  readonly present: Rows;
  /** What held when: `since` and `until` are SQL, and `until` is NULL in what lasts. Without it: what is no state of
   * something, but happened. */
  readonly spans?: Rows & { readonly since: string; readonly until: string; readonly size: number };
  /** How many rows it may have on a big herd: it decides what is gone through first. */
  readonly size: number;
}

/** Relations by name, and of each name by how many columns they have. */
export interface Catalog {
  find(name: string, arity: number): Relation | undefined;
  /** All of that name. */
  named(name: string): readonly Relation[];
  names(): readonly string[];
}

export function catalog(relations: readonly Relation[]): Catalog {
  const byName = new Map<string, Relation[]>();
  for (const one of relations) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  return {
    find: (name, arity) => byName.get(name)?.find(({ columns }) => columns.length === arity),
    named: (name) => byName.get(name) ?? [],
    names: () => [...byName.keys()],
  };
}
