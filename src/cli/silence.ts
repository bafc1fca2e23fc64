import { when } from "../clock.ts";
import type { Silence } from "../history/reader.ts";
import { makeId } from "../id.ts";
import { printable } from "../printable.ts";
import { between, formatSpan, iso, later, now, type Seconds } from "../time.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { type Operating, operate } from "./operate.ts";
import { say, sayJson } from "./say.ts";
import { shorten } from "./shorten.ts";
import type { Column } from "./table.ts";
import { type Screen, screen } from "./terminal.ts";

/** What is not to be told, for how long, and why. */
export interface Hush {
  readonly host: string;
  readonly tag: string;
  readonly span: Seconds;
  readonly why: string;
}

/** `sheepdog silence`. @returns the exit code, as `operate` does */
export function silence({ host, tag, span, why }: Hush, how: Operating): Promise<number> {
  const moment = now();
  const until = iso(later(moment, span));
  return operate({ kind: "silence", id: makeId(moment), host, tag, until, why }, how);
}

/** `sheepdog silence end ID`: of one that holds the beginning of its id will do, where the history is.
 * @returns the exit code: 0, or 1 when none that holds, or more than one, begins like this */
export async function silenceEnd(given: string, how: Operating): Promise<number> {
  if (WHOLE.test(given)) return operate({ kind: "end", id: given }, how);
  const found = history((reader) => reader.silences(now())).filter(({ id }) => id.startsWith(given));
  const [one] = found;
  if (one !== undefined && found.length === 1) return operate({ kind: "end", id: one.id }, how);
  const fault =
    one === undefined
      ? `no silence that holds has the id ${given}: see \`sheepdog silence list\``
      : `${found.length} silences begin with ${given}: give more of the id`;
  process.stderr.write(`sheepdog: ${printable(fault)}\n`);
  return 1;
}

const WHOLE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `sheepdog silence list`: those that hold now, the first to end first.
 * @returns the exit code: 0, also when there are none */
export async function silenceList({ json }: { readonly json: boolean }): Promise<number> {
  const all = history((reader) => reader.silences(now()));
  if (json) await sayJson(all.map((one) => ({ ...one, since: iso(one.since), until: iso(one.until) })));
  else await say(await listing(all, screen()));
  return 0;
}

const COLUMNS: readonly Column[] = [
  { title: "UNTIL" },
  { title: "LEFT" },
  { title: "ID" },
  { title: "HOST", least: 6 },
  { title: "TAG", least: 6 },
  { title: "BY", least: 6 },
  { title: "WHY", least: 10 },
];

function listing(all: readonly Silence[], { terminal, ...rest }: Screen): Promise<string> {
  const moment = now();
  const short = terminal ? shorten(all.map(({ id }) => id)) : (id: string) => id;
  const rows = all.map(({ id, host, tag, until, by, why }) => [
    { text: when(until, terminal ? "minute" : "stamp") },
    {
      text: terminal ? formatSpan(between(moment, until)) : String(Math.round(between(moment, until))),
    },
    { text: printable(short(id)), colour: "faint" as const },
    ...[host, tag, by, why].map((text) => ({ text: printable(text) })),
  ]);
  return layout(COLUMNS, rows, { terminal, ...rest });
}
