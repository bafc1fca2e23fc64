import type { Bark } from "../bark.ts";
import { when } from "../clock.ts";
import type { Query } from "../history/reader.ts";
import { printable } from "../printable.ts";
import { epoch } from "../time.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { shorten } from "./shorten.ts";
import type { Cell, Column } from "./table.ts";
import { type Screen, screen } from "./terminal.ts";

/** `sheepdog list`: barks, newest last.
 * @returns the exit code: 0, also when there are none */
export async function list(query: Query, { json }: { readonly json: boolean }): Promise<number> {
  const barks = history((reader) => reader.barks(query));
  if (json) await sayJson(barks);
  else await say(await listing(barks, screen()));
  return 0;
}

export const listing = (barks: readonly Bark[], screen: Screen): Promise<string> =>
  layout(COLUMNS, rows(barks, screen), screen);

const COLUMNS: readonly Column[] = [
  { title: "TIME" },
  { title: "ID" },
  { title: "LEVEL" },
  { title: "HOST", least: 6 },
  { title: "TAG", least: 6 },
  { title: "SUMMARY", least: 10 },
];

function rows(barks: readonly Bark[], { terminal }: Screen): readonly (readonly Cell[])[] {
  const short = terminal ? shorten(barks.map(({ id }) => id)) : (id: string) => id;
  return barks.map(({ id, time, level, host, tag, summary }) => [
    { text: when(epoch(Date.parse(time)), terminal ? "minute" : "stamp") },
    { text: printable(short(id)), colour: "faint" },
    { text: level, colour: level },
    { text: printable(host) },
    { text: printable(tag) },
    { text: printable(summary) },
  ]);
}
