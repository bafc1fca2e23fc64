import { when } from "../clock.ts";
import { printable } from "../printable.ts";
import type { Grave } from "./grave.ts";
import type { Cell, Column } from "./table.ts";
import { brush, type Screen } from "./terminal.ts";

const COLUMNS: readonly Column[] = [
  { title: "TIME" },
  // Whole even where it is narrow: by this something is dropped for ever.
  { title: "ID" },
  { title: "QUEUE" },
  { title: "BROKER" },
  { title: "REASON", least: 16 },
  { title: "BODY", least: 8 },
];

const FOREIGN = "not written by Sheepdog";

/** What is dead as rows of a table. */
export function rows(
  graves: readonly Grave[],
  { terminal }: Screen,
): { readonly columns: readonly Column[]; readonly cells: readonly (readonly Cell[])[] } {
  const cells = graves.map(({ id, broker, time, dead, entry }): readonly Cell[] => [
    { text: when(time, terminal ? "minute" : "stamp") },
    { text: printable(id) },
    { text: dead?.queue ?? "?" },
    // "redis" or "spool"; where that is, `show` tells
    { text: broker.place.split(" ", 1)[0] ?? "" },
    { text: printable(dead?.reason ?? FOREIGN), colour: "warning" },
    // A table shows how it begins; in full it may be 256 KiB.
    { text: printable((dead?.body ?? entry).slice(0, 500)), colour: "faint" },
  ]);
  return { columns: COLUMNS, cells };
}

/** One of them whole. */
export function headstone({ id, broker, time, dead, entry }: Grave, { colour }: Screen): string {
  const paint = brush(colour);
  const from =
    dead === undefined
      ? ""
      : `  queue     ${dead.queue}\n  id there  ${printable(dead.id)}\n  taken     ${printable(dead.time)}\n`;
  return [
    `${paint(printable(id), "heading")}\n`,
    `${from}  lies in   ${printable(broker.place)}\n`,
    `  given up  ${when(time, "second")}\n`,
    `  reason    ${paint(printable(dead?.reason ?? FOREIGN), "warning")}\n`,
    `${printable(dead?.body ?? entry, "\n\t")
      .trimEnd()
      .replace(/^/gm, "  ")}\n`,
  ].join("");
}
