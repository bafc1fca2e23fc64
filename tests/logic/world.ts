import Sqlite, { type Database } from "better-sqlite3";
import { compile } from "../../src/logic/compile.ts";
import { program } from "../../src/logic/program.ts";
import { type Catalog, catalog, type Type } from "../../src/logic/relation.ts";

export type Row = readonly (string | number)[];

/** A small world of relations, and a database that holds it. */
export class World {
  readonly database: Database = new Sqlite(":memory:");
  readonly catalog: Catalog;
  /** The same, as Prolog has it. */
  readonly facts: string;

  constructor(
    relations: Readonly<
      Record<
        string,
        {
          readonly types: readonly Type[];
          readonly rows: readonly Row[];
          /** Whether each row has since and until at its end; what lasts has Infinity there, and 1000000 for Prolog. */
          readonly lasting?: boolean;
        }
      >
    >,
  ) {
    const all = Object.entries(relations);
    this.catalog = catalog(
      all.map(([name, { types, lasting }]) => ({
        name,
        columns: types.map((type, place) => ({ name: `C${place + 1}`, type, spread: 10 })),
        about: "",
        size: 1000,
        example: "",
        present: {
          from: `"${name}"`,
          where: lasting === true ? "{t}.until IS NULL" : "",
          columns: types.map((_, place) => `{t}.c${place + 1}`),
        },
        ...(lasting === true && {
          spans: {
            from: `"${name}"`,
            where: "",
            columns: types.map((_, place) => `{t}.c${place + 1}`),
            size: 1000,
            since: "{t}.since",
            until: "{t}.until",
          },
        }),
      })),
    );
    const lines: string[] = [];
    for (const [name, { types, rows, lasting }] of all) {
      const columns = types.map((type, place) => `c${place + 1} ${type === "text" ? "TEXT" : "INTEGER"}`);
      if (lasting === true) columns.push("since INTEGER", "until INTEGER");
      this.database.exec(`CREATE TABLE "${name}" (${columns.join(", ")}) STRICT`);
      const insert = this.database.prepare(
        `INSERT INTO "${name}" VALUES (${columns.map(() => "?").join(", ")})`,
      );
      for (const row of rows) {
        insert.run(...row.map((value) => (value === Infinity ? null : value)));
        lines.push(`${name}(${row.map((value) => (value === Infinity ? 1e6 : value)).join(", ")}).`);
      }
    }
    this.database.function("sheepdog_re", (text, pattern) =>
      new RegExp(String(pattern), "u").test(String(text)) ? 1 : 0,
    );
    this.facts = `${lines.join("\n")}\n`;
  }

  /** What there is to a question: rows, sorted.
   * @throws Fault */
  ask(text: string): readonly Row[] {
    const asking = { catalog: this.catalog, now: 0, asks: true };
    const { sql, parameters } = compile(program(text, asking), asking);
    return this.database.prepare(sql).raw().all(parameters) as Row[];
  }
}
