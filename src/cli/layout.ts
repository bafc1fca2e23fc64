import type { Cell, Column } from "./table.ts";
import { brush, type Screen } from "./terminal.ts";

/** Rows as they suit whoever reads them: a table for a person; for a program one line a row with a tab between the
 * fields, whole, in the same places for ever, and no heading. (No field holds a tab: see shown.ts.) */
export async function layout(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  screen: Screen,
): Promise<string> {
  if (rows.length === 0) return "";
  if (screen.terminal) {
    // Loaded here because measuring signs costs more than all the rest of a command that is piped into another.
    const { table } = await import("./table.ts");
    return table(columns, rows, screen);
  }
  const paint = brush(screen.colour);
  return rows.map((row) => `${row.map(({ text, colour }) => paint(text, colour)).join("\t")}\n`).join("");
}
