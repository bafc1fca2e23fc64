import type { Database, Statement } from "better-sqlite3";
import { Trouble } from "../trouble.ts";
import { fault } from "./fault.ts";
import { equip } from "./functions.ts";
import { openHistory } from "./open.ts";
import { sql } from "./sql.ts";

export type Value = string | number | null;

/** A relation that facts have told of: its name, its terms besides the host, and whether there are facts of that name
 * with another number of terms. */
export interface Relating {
  readonly name: string;
  readonly terms: number;
  readonly mixed: boolean;
}

export interface Rows {
  readonly rows: readonly (readonly Value[])[];
  /** Whether there are more than were asked for. */
  readonly more: boolean;
}

/** Bytes that questions may take. */
const MEMORY = 1024 ** 3;

/** Asks the history whatever there is to ask, and changes nothing. */
export class Asker implements Disposable {
  readonly #file: string;
  readonly #database: Database;

  /** @throws Trouble when there is no history, or this user may not read it (see openHistory) */
  constructor(file: string) {
    this.#file = file;
    this.#database = openHistory(file, { readonly: true });
    this.#database.pragma("cache_size = -65536");
    // Sorts and tables of one question are not to fill anybody's /tmp.
    this.#database.pragma("temp_store = MEMORY");
    this.#database.pragma(`hard_heap_limit = ${MEMORY}`);
    equip(this.#database);
  }

  /** What facts have told of. */
  relations(): readonly Relating[] {
    const rows = this.#database.prepare(sql("relations")).all() as { relation: string; terms: number }[];
    const times = new Map<string, number>();
    for (const { relation } of rows) times.set(relation, (times.get(relation) ?? 0) + 1);
    return rows.map(({ relation, terms }) => ({
      name: relation,
      terms,
      mixed: (times.get(relation) ?? 0) > 1,
    }));
  }

  /** @param limit  of rows
   * @throws Trouble when the history cannot be read */
  ask(text: string, parameters: Readonly<Record<string, Value>>, limit: number): Rows {
    try {
      return rowsOf(this.#database.prepare(text).raw(), parameters, limit);
    } catch (error) {
      throw fault(error, this.#file) ?? overdone(error) ?? error;
    }
  }

  /** All rows, one after another, however many there are.
   * @throws Trouble when the history cannot be read */
  *each(text: string): Generator<readonly Value[]> {
    try {
      for (const row of this.#database.prepare(text).raw().iterate()) yield row as Value[];
    } catch (error) {
      throw fault(error, this.#file) ?? error;
    }
  }

  /** How SQLite goes about it, for a person: lines, those within others indented. */
  plan(text: string, parameters: Readonly<Record<string, Value>>): readonly string[] {
    const steps = this.#database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(parameters) as {
      id: number;
      parent: number;
      detail: string;
    }[];
    const depth = new Map<number, number>();
    return steps.map(({ id, parent, detail }) => {
      const deep = (depth.get(parent) ?? -1) + 1;
      depth.set(id, deep);
      return `${"  ".repeat(deep)}${detail}`;
    });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/** @param statement  of which rows come raw */
export function rowsOf(
  statement: Statement,
  parameters: Readonly<Record<string, Value>>,
  limit: number,
): Rows {
  const rows: (readonly Value[])[] = [];
  for (const row of statement.iterate(parameters)) {
    if (rows.length === limit) return { rows, more: true };
    rows.push(row as Value[]);
  }
  return { rows, more: false };
}

/** What is too much for SQLite is the question's fault, not a bug. */
export function overdone(error: unknown): Trouble | undefined {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  if (/integer overflow/.test(message))
    return new Trouble("a number came to more than can be computed with", {
      advice: "divide it before, or ask for less",
      cause: error,
    });
  const large =
    /too (?:many|deep|large|complex|long|big)|overflow|at most \d+ tables/i.test(message) ||
    /^SQLITE_(?:TOOBIG|NOMEM|FULL)/.test(code);
  if (!large) return undefined;
  return new Trouble("the question needs more than there is room for", {
    advice: "ask for less at once: take it apart into rules, or count in place of listing",
    cause: error,
  });
}
