import stringWidth from "string-width";
import { brush, type Colour, type Screen } from "./terminal.ts";

export interface Column {
  readonly title: string;
  /** It may be cut when a line does not fit, but not below this many columns. Others are never cut. */
  readonly least?: number;
}

/** One field of a row. The text is what may be shown: printable() is the business of whoever made it. */
export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

const GAP = 2;
const CUT = "…";

/** Rows for a person: a heading, aligned columns, no line wider than the screen. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { columns: width, colour }: Screen,
): string {
  const heading = columns.map(({ title }): Cell => ({ text: title, colour: "heading" }));
  const natural = columns.map(({ title }, at) =>
    rows.reduce((most, row) => Math.max(most, measure(row[at]?.text ?? "")), title.length),
  );
  const widths = fit(natural, columns, width - GAP * (columns.length - 1));
  const paint = brush(colour);
  return [heading, ...rows]
    .map((row) => {
      let left = width;
      const cells = row.map(({ text, colour: as }, at) => {
        const shown = clip(text, Math.min(widths[at] ?? 0, Math.max(0, left)));
        left -= (widths[at] ?? 0) + GAP;
        const last = at === row.length - 1 || left <= 0;
        return (
          paint(shown, as) + (last ? "" : " ".repeat(Math.max(0, (widths[at] ?? 0) - measure(shown)) + GAP))
        );
      });
      return `${cells.join("").trimEnd()}\n`;
    })
    .join("");
}

/** Shares what is left between the columns that may be cut: the short keep their width, the long get equal parts. */
function fit(natural: readonly number[], columns: readonly Column[], width: number): readonly number[] {
  const widths = [...natural];
  let room = width - sum(natural.filter((_, at) => columns[at]?.least === undefined));
  let open = columns.flatMap(({ least }, at) => (least === undefined ? [] : [{ at, least }]));
  for (;;) {
    const share = Math.floor(room / open.length);
    const short = open.filter(({ at }) => (natural[at] ?? 0) <= share);
    if (short.length === 0) {
      // What does not divide evenly is the last column's: it is the one that is read as a sentence.
      for (const { at, least } of open)
        widths[at] = Math.min(
          natural[at] ?? 0,
          Math.max(least, share + (at === open.at(-1)?.at ? room % open.length : 0)),
        );
      return widths;
    }
    room -= sum(short.map(({ at }) => natural[at] ?? 0));
    open = open.filter((one) => !short.includes(one));
    if (open.length === 0) return widths;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Terminal columns of a text: 2 for what is wide, 0 for what combines. */
const measure = (text: string): number => stringWidth(text);

const signs = new Intl.Segmenter();

/** Units of UTF-16 that a sign may have before it is looked at no further: the longest emoji have 15 or so, and what
 * piles up hundreds of combining marks wants to harm. */
const SIGN = 40;

/** The text, or as many of its signs as fit, never half of one, with an ellipsis at the end. */
export function clip(text: string, width: number): string {
  if (width < 1) return "";
  if (text.length <= width * SIGN && measure(text) <= width) return text;
  let shown = "";
  let taken = 0;
  for (const { segment } of signs.segment(text.slice(0, width * SIGN))) {
    const next = measure(segment);
    if (taken + next > width - 1) break;
    shown += segment;
    taken += next;
  }
  return shown + CUT;
}
