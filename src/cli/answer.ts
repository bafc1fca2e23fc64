import { when } from "../clock.ts";
import type { Value } from "../history/asker.ts";
import type { Titled as Column } from "../logic/relation.ts";
import { printable } from "../printable.ts";
import { epoch, iso, LATEST } from "../time.ts";
import { layout } from "./layout.ts";
import { jsonText } from "./say.ts";
import { screen } from "./terminal.ts";

export type Form = "table" | "json" | "csv";
type Row = readonly Value[];

/** Answers, as they suit whoever reads them. */
export async function answer(columns: readonly Column[], rows: readonly Row[], form: Form): Promise<string> {
  if (form === "json") return json(columns, rows);
  if (columns.length === 0) return rows.length === 0 ? "no\n" : "yes\n";
  const { terminal, ...rest } = screen();
  if (form === "csv") return csv(columns, rows, terminal);
  const titles = columns.map(({ name }) => ({ title: name.toUpperCase(), least: 8 }));
  const cells = rows.map((row) =>
    row.map((value, place) => ({ text: shown(value, columns[place], terminal) })),
  );
  return await layout(titles, cells, { terminal, ...rest });
}

function json(columns: readonly Column[], rows: readonly Row[]): string {
  const all = rows.map((row) =>
    Object.fromEntries(columns.map((one, place) => [one.name, plain(row[place] ?? null, one)])),
  );
  return jsonText(all);
}

/** RFC 4180. Programs get texts as they are; a terminal would obey them. */
function csv(columns: readonly Column[], rows: readonly Row[], terminal: boolean): string {
  const quote = (value: string): string =>
    /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const lines = [
    columns.map(({ name }) => name),
    ...rows.map((row) =>
      row.map((value, place) => {
        const text = String(plain(value, columns[place]) ?? "");
        return terminal ? printable(text) : text;
      }),
    ),
  ];
  return lines.map((line) => `${line.map(quote).join(",")}\r\n`).join("");
}

/** For programs: times as RFC 3339 has them; null for what is not over. */
export function plain(value: Value, column: Column | undefined): Value {
  if (value === Infinity) return null;
  return column?.type === "time" && typeof value === "number" ? moment(value) : value;
}

export function shown(value: Value, column: Column | undefined, terminal: boolean): string {
  if (value === null) return "-";
  if (value === Infinity) return terminal ? "now" : "-";
  if (typeof value === "string") return printable(value);
  if (column?.type === "time") return terminal ? when(epoch(value), "minute") : moment(value);
  if (column?.type === "bytes" && terminal) return size(value);
  return String(value);
}

/** What no calendar has is shown as it is. */
const moment = (ms: number): string => (Math.abs(ms) <= LATEST ? iso(epoch(ms)) : String(ms));

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
function size(bytes: number): string {
  const step = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(bytes))) / 10)),
  );
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${UNITS[step]}`;
}
