import { when } from "../clock.ts";
import type { Awaited } from "../history/reader.ts";
import { printable } from "../printable.ts";
import { type Epoch, formatSpan, iso, now, seconds } from "../time.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import type { Cell, Column } from "./table.ts";
import { type Screen, screen } from "./terminal.ts";

/** `sheepdog expect`: what must come, and by when, what is due first at the top.
 * @returns the exit code: 0, or 1 when something is missing */
export async function expect({ json }: { readonly json: boolean }): Promise<number> {
  const all = history((reader) => reader.awaited());
  if (json) await sayJson(all.map((one) => ({ ...one, due: iso(one.due), last: one.last && iso(one.last) })));
  else await say(all.length === 0 ? NOTHING : await layout(COLUMNS, rows(all, now(), screen()), screen()));
  return all.some(({ level }) => level === "missing") ? 1 : 0;
}

const NOTHING =
  "nothing is expected: jobs say so with --expect, timers by themselves, and [expect.NAME] of the configuration for all others\n";

const COLUMNS: readonly Column[] = [
  { title: "DUE" },
  { title: "IN" },
  { title: "LEVEL" },
  { title: "HOST", least: 6 },
  { title: "TAG", least: 6 },
  { title: "LAST" },
];

function rows(all: readonly Awaited[], now: Epoch, { terminal }: Screen): readonly (readonly Cell[])[] {
  const form = terminal ? "minute" : "stamp";
  return all.map(({ host, tag, level, due, last }) => [
    { text: when(due, form) },
    { text: terminal ? until(due, now) : String(Math.round((due - now) / 1000)) },
    { text: level, colour: level },
    { text: printable(host) },
    { text: printable(tag) },
    { text: last === null ? "never" : when(last, form) },
  ]);
}

const until = (due: Epoch, now: Epoch): string => {
  const span = formatSpan(seconds(Math.abs(due - now) / 1000)).split(" ")[0] ?? "";
  return due >= now ? span : `${span} ago`;
};
