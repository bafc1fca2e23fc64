import type { Relation, Rows } from "./relation.ts";
import type { Term } from "./term.ts";

/** SQL of bark, since and until of a row that holds at a moment, or now. */
export function source(
  { present, spans }: Relation,
  args: readonly Term[],
  moment: string | number | null | undefined,
): { readonly sql: string; readonly parameters: Readonly<Record<string, string | number>> } {
  const rows: Rows = spans ?? present;
  const parameters: Record<string, string | number> = {};
  const where = rows.where === "" ? [] : [rows.where];
  for (const [place, arg] of args.entries())
    if (arg.kind === "constant") {
      parameters[`a${place}`] = arg.value;
      where.push(`${rows.columns[place] ?? "NULL"} = :a${place}`);
    }
  if (spans !== undefined) {
    if (typeof moment === "number") {
      parameters["moment"] = moment;
      where.push(`${spans.since} <= :moment`, `(${spans.until} IS NULL OR ${spans.until} > :moment)`);
    } else where.push(`(${spans.until} IS NULL OR ${spans.until} > unixepoch() * 1000)`);
  }
  const columns = [rows.bark ?? "NULL", spans?.since ?? "NULL", spans?.until ?? "NULL"];
  const sql = `SELECT ${columns.join(", ")} FROM ${rows.from} AS t WHERE ${where.join(" AND ")} LIMIT 1`;
  return { sql: where.length === 0 ? "" : sql.replaceAll("{t}", "t"), parameters };
}
