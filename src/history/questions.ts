import type { Database, Statement } from "better-sqlite3";
import { Trouble } from "../trouble.ts";
import { overdone, type Rows, rowsOf, type Value } from "./asker.ts";
import { timed } from "./functions.ts";
import { interrupted } from "../interrupt.ts";

/** A question that is asked often, with what is given each time. */
export interface Question {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, Value>>;
}

/** What rules ask of the history while it is written: each statement is prepared once. */
export class Questions {
  readonly #database: Database;
  readonly #known = new Map<string, Statement>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param limit  of rows
   * @param span  milliseconds that it may take
   * @throws Trouble when there is no answer: it takes too long, or is too much */
  ask({ sql: text, parameters }: Question, limit: number, span: number): Rows["rows"] {
    try {
      const work = (): Rows["rows"] => rowsOf(this.#prepared(text), parameters, limit).rows;
      // Between two rows a counted statement ends by itself.
      return timed(span, () => (text.includes("sheepdog_re(") ? interrupted(span * 1.2, work) : work()));
    } catch (error) {
      if ((error as Error).name === "Trouble") throw error;
      throw (
        overdone(error) ?? new Trouble(`there is no answer (${(error as Error).message})`, { cause: error })
      );
    }
  }

  #prepared(text: string): Statement {
    const known = this.#known.get(text) ?? this.#database.prepare(text).raw();
    this.#known.set(text, known);
    return known;
  }
}
