import { STATES } from "../bark.ts";
import { when } from "../clock.ts";
import type { Ailment, Herd } from "../history/reader.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { between, type Epoch, formatSpan, iso, now } from "../time.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import { shorten } from "./shorten.ts";
import type { Cell, Column } from "./table.ts";
import { type Screen, screen } from "./terminal.ts";

/** `sheepdog status`: what is not ok now, worst first, then oldest first.
 * @returns the exit code: 0 when all is well, 1 when something is not */
export async function status({ json }: { readonly json: boolean }): Promise<number> {
  const { troubles, herd } = history((reader) => ({
    troubles: [...reader.troubles()].sort(worse),
    herd: reader.herd(),
  }));
  if (json) await sayJson(troubles.map((trouble) => ({ ...trouble, since: iso(trouble.since) })));
  else await say(troubles.length === 0 ? allWell(herd, now()) : await standing(troubles, now(), screen()));
  return troubles.length === 0 ? 0 : 1;
}

const worse = (one: Ailment, other: Ailment): number =>
  STATES.indexOf(other.level) - STATES.indexOf(one.level) || one.since - other.since;

export function allWell({ subjects, last }: Herd, now: Epoch): string {
  if (last === undefined) return "all well as far as is known: no bark has ever come\n";
  const count = plural(subjects, "subject");
  return `all well: ${count}, last bark ${when(last, "minute")} (${formatSpan(between(last, now))} ago)\n`;
}

export const standing = (troubles: readonly Ailment[], now: Epoch, screen: Screen): Promise<string> =>
  layout(COLUMNS, rows(troubles, now, screen), screen);

const COLUMNS: readonly Column[] = [
  { title: "SINCE" },
  { title: "FOR" },
  { title: "ID" },
  { title: "LEVEL" },
  { title: "HOST", least: 6 },
  { title: "TAG", least: 6 },
  { title: "SUMMARY", least: 10 },
];

function rows(troubles: readonly Ailment[], now: Epoch, { terminal }: Screen): readonly (readonly Cell[])[] {
  const short = terminal ? shorten(troubles.map(({ bark }) => bark)) : (id: string) => id;
  return troubles.map(({ since, bark, level, host, tag, summary }) => [
    { text: when(since, terminal ? "minute" : "stamp") },
    { text: terminal ? rough(since, now) : String(Math.round(between(since, now))) },
    { text: printable(short(bark)), colour: "faint" },
    { text: level, colour: level },
    { text: printable(host) },
    { text: printable(tag) },
    { text: printable(summary) },
  ]);
}

/** "3h": the precise moment stands beside it. */
const rough = (since: Epoch, now: Epoch): string => formatSpan(between(since, now)).split(" ")[0] ?? "";
