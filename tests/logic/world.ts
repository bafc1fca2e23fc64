import Sqlite, { type Database } from "better-sqlite3";
import { compile, program } from "../../src/logic/compile.ts";
import { type Catalog, catalog, type Type } from "../../src/logic/relation.ts";

export type Row = readonly (string | number)[];

/** A small world of relations, and a database that holds it. */
export class World {
  readonly database: Database = new Sqlite(":memory:");
  readonly catalog: Catalog;
  /** The same, as Prolog has it. */
  readonly facts: string;

  constructor(
    relations: Readonly<Record<string, { readonly types: readonly Type[]; readonly rows: readonly Row[] }>>,
  ) {
    const all = Object.entries(relations);
    this.catalog = catalog(
      all.map(([name, { types }]) => ({
        name,
        columns: types.map((type, place) => ({ name: `C${place + 1}`, type, spread: 10 })),
        about: "",
        size: 1000,
        example: "",
        present: { from: name, where: "", columns: types.map((_, place) => `{t}.c${place + 1}`) },
      })),
    );
    const lines: string[] = [];
    for (const [name, { types, rows }] of all) {
      const columns = types.map((type, place) => `c${place + 1} ${type === "text" ? "TEXT" : "INTEGER"}`);
      this.database.exec(`CREATE TABLE ${name} (${columns.join(", ")}) STRICT`);
      const insert = this.database.prepare(`INSERT INTO ${name} VALUES (${types.map(() => "?").join(", ")})`);
      for (const row of rows) {
        insert.run(...row);
        lines.push(`${name}(${row.join(", ")}).`);
      }
    }
    this.facts = `${lines.join("\n")}\n`;
  }

  /** What there is to a question: rows, sorted.
   * @throws Fault */
  ask(text: string): readonly Row[] {
    const asking = { catalog: this.catalog, now: 0 };
    const { sql, parameters } = compile(program(text, asking), asking);
    return this.database.prepare(sql).raw().all(parameters) as Row[];
  }
}
