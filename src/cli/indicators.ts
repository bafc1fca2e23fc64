import { when } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import { indicator } from "../plugin/indicator.ts";
import { anyLast } from "../plugin/last.ts";
import { rhythmOf } from "../plugin/rhythm.ts";
import { watchedNames } from "../plugin/standard.ts";
import { printable } from "../printable.ts";
import { rhythmText, timerOf } from "../systemd/arm.ts";
import { timers } from "../systemd/timers.ts";
import { type Epoch, epoch, iso } from "../time.ts";
import { explain } from "../trouble.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import type { Column } from "./table.ts";
import { screen } from "./terminal.ts";

/** One line of the list. */
interface Row {
  readonly name: string;
  /** Its plugin; undefined where it cannot be read as it is configured. */
  readonly plugin: string | undefined;
  readonly rhythm: string;
  readonly level: string;
  readonly last: Epoch | undefined;
  readonly next: Epoch | undefined;
  readonly summary: string;
}

/** `sheepdog indicators`: what this machine watches: how often, when it was read last, what that said, and when it is
 * read next.
 * @returns the exit code: 0, or 78 when one is configured wrongly */
export async function indicators(
  given: string | undefined,
  { json }: { readonly json: boolean },
): Promise<number> {
  const { config, place } = loadConfig(given);
  const armed = await timers("sheepdog-indicator@*");
  // Those that were armed by hand are read, too.
  const others = [...armed.keys()].flatMap((unit) => /@(.*)\.timer$/.exec(unit)?.[1] ?? []);
  const names = [...new Set([...watchedNames(config), ...others])].sort();
  const rows = await Promise.all(names.map(row));
  if (json) await sayJson(rows.map(({ last, next, ...row }) => ({ ...row, ...moments({ last, next }) })));
  else await say(rows.length === 0 ? "nothing is watched on this machine\n" : await listing(rows));
  return rows.some(({ plugin }) => plugin === undefined) ? 78 : 0;

  async function row(name: string): Promise<Row> {
    const last = anyLast(name);
    const next = armed.get(timerOf(name));
    const at = last === undefined ? undefined : epoch(Date.parse(last.time));
    try {
      const watched = await indicator(name, config, place);
      const rhythm = armed.has(timerOf(name)) ? rhythmText(rhythmOf(watched)) : "not armed";
      const { level = "-", summary = "" } = last ?? {};
      return { name, plugin: watched.plugin.name, rhythm, level, last: at, next, summary };
    } catch (error) {
      return {
        name,
        plugin: undefined,
        rhythm: "-",
        level: "unknown",
        last: at,
        next,
        summary: explain(error),
      };
    }
  }
}

const moments = (all: Readonly<Record<string, Epoch | undefined>>): object =>
  Object.fromEntries(Object.entries(all).map(([name, at]) => [name, at === undefined ? null : iso(at)]));

const COLUMNS: readonly Column[] = [
  { title: "NAME" },
  { title: "LEVEL" },
  { title: "RHYTHM" },
  { title: "LAST" },
  { title: "NEXT" },
  { title: "SUMMARY", least: 10 },
];

function listing(rows: readonly Row[]): Promise<string> {
  const here = screen();
  const shown = (at: Epoch | undefined): string =>
    at === undefined ? "-" : when(at, here.terminal ? "second" : "stamp");
  return layout(
    COLUMNS,
    rows.map(({ name, level, rhythm, last, next, summary }) => [
      { text: name },
      { text: level, colour: level === "-" ? undefined : (level as "ok") },
      { text: rhythm },
      { text: shown(last) },
      { text: shown(next) },
      { text: printable(summary) },
    ]),
    here,
  );
}
