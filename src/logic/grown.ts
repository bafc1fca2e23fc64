/** Where a rule goes on from two that are found so, `WITH RECURSIVE` is no help: there a rule sees one row at a time, and
 * each a single time. So all rows that are known are one value, a JSON array of arrays, and one step makes the next value of
 * it, by all rules: what was known, and what follows of that. When nothing new follows, the value is one that has been
 * before, and UNION ends it. It costs the square of the rows: what comes to a few thousand is answered within seconds. */

interface Growing {
  /** Names of tables: of the value, of its rows within a step, and of the rows at the end. */
  readonly value: string;
  readonly step: string;
  readonly columns: readonly string[];
  /** SELECTs of what begins, and of what follows of the rows in `step`. */
  readonly first: readonly string[];
  readonly again: readonly string[];
}

/** @returns SQL of the table `value`, whose rows are what is known after each step */
export function growing({ value, step, columns, first, again }: Growing): string {
  const known = `SELECT ${columns.join(", ")} FROM ${step}`;
  const rows = `${step}(${columns.join(", ")}) AS MATERIALIZED (${unpacked(columns, `${value}.rows`)})`;
  // It names the columns, too.
  const none = `SELECT ${columns.map((one) => `NULL AS ${one}`).join(", ")} WHERE 0`;
  return `SELECT (${packed(columns, [none, ...first])}) UNION SELECT (WITH ${rows} ${packed(columns, [known, ...again])}) FROM ${value}`;
}

/** @returns SQL of all rows that are known at the end */
export const grown = ({ value, columns }: Pick<Growing, "value" | "columns">): string =>
  unpacked(columns, `(SELECT rows FROM ${value} ORDER BY json_array_length(rows) DESC LIMIT 1)`);

// In an order, so that the same rows are the same value.
const packed = (columns: readonly string[], selects: readonly string[]): string =>
  `SELECT json_group_array(json_array(${columns.join(", ")})) FROM (${selects.join(" UNION ")} ORDER BY ${columns.map((_, place) => place + 1).join(", ")})`;

const unpacked = (columns: readonly string[], rows: string): string =>
  `SELECT ${columns.map((_, place) => `value ->> ${place}`).join(", ")} FROM json_each(${rows})`;
