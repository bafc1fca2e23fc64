import { when } from "../clock.ts";
import { loadConfig } from "../config/load.ts";
import type { Occurrence, Problem } from "../diary/entry.ts";
import { occurrences } from "../diary/occurrences.ts";
import { readDiary } from "../diary/read.ts";
import { planned } from "../diary/words.ts";
import type { Zone } from "../diary/zone.ts";
import { printable } from "../printable.ts";
import { SYSEXITS } from "../sysexits.ts";
import { between, type Epoch, formatSpan, iso, now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { history } from "./history.ts";
import { layout } from "./layout.ts";
import { say, sayJson } from "./say.ts";
import type { Cell, Column } from "./table.ts";
import { type Screen, screen } from "./terminal.ts";

/** `sheepdog diary`: what is planned, first what comes first.
 * @returns the exit code: 0, or 65 when something in the diary is not understood
 * @throws Trouble when there is no diary */
export async function diary(
  given: string | undefined,
  { from, to }: { readonly from: Epoch; readonly to: Epoch },
  { json }: { readonly json: boolean },
): Promise<number> {
  const { config } = loadConfig(given);
  if (config.diary.files.length === 0)
    throw new Trouble("no diary is configured", {
      kind: "configuration",
      advice: "name its files and folders in `files` of [diary], see sheepdog.toml(5)",
    });
  const read = await readDiary(config.diary);
  const { found, problems } = occurrences(read, from, to);
  if (json) await sayJson(found.map(plain));
  else await say(await layout(COLUMNS, rows(found, read.zone, screen()), screen()));
  const all = [...read.problems, ...problems];
  process.stderr.write(all.map(complaint).join(""));
  return all.length === 0 ? 0 : SYSEXITS.data[0];
}

/** `sheepdog diary --ics`: what must come as a calendar that others can subscribe to.
 * @returns the exit code: 0 */
export async function expectedFeed(): Promise<number> {
  const { feed } = await import("../diary/ical/index.ts");
  await say(
    feed(
      history((reader) => reader.awaited()),
      now(),
    ),
  );
  return 0;
}

const complaint = ({ where, text }: Problem): string => `sheepdog: ${printable(`${where}: ${text}`)}\n`;

/** With times as RFC 3339 writes them. */
const plain = ({ start, end, alarms, ...rest }: Occurrence): object => ({
  ...rest,
  start: iso(start),
  end: iso(end),
  alarms: alarms.map(iso),
});

const COLUMNS: readonly Column[] = [
  { title: "START" },
  { title: "LASTS" },
  { title: "TOLD" },
  { title: "TITLE", least: 10 },
  { title: "WHERE", least: 6 },
];

function rows(found: readonly Occurrence[], zone: Zone, { terminal }: Screen): readonly (readonly Cell[])[] {
  const at = now();
  const shown = (moment: Epoch): string => when(moment, terminal ? "minute" : "stamp");
  return found.map((one) => {
    const { start, end, allDay, alarms, title, silence, where } = one;
    // The next one, or the last there was.
    const alarm = alarms.find((moment) => moment > at) ?? alarms.at(-1);
    const silent = silence && ` (silent: ${silence.hosts.join(",")} ${silence.tags.join(",")})`;
    return [
      // A day is that of its place, whatever day it is here by then.
      { text: allDay ? planned(one, zone).slice(4, 14) : shown(start) },
      { text: lasts(start, end, allDay) },
      { text: alarm === undefined ? "-" : shown(alarm), colour: "faint" },
      { text: printable(`${title}${silent ?? ""}`) },
      { text: printable(where), colour: "faint" },
    ];
  });
}

function lasts(start: Epoch, end: Epoch, allDay: boolean): string {
  if (!allDay) return start === end ? "-" : formatSpan(between(start, end));
  const days = Math.round((end - start) / 86_400_000);
  return days <= 1 ? "all day" : `${days} days`;
}
