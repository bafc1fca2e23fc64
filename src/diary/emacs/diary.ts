import type { Diary as Settings } from "../../config/diary.ts";
import { derivedId } from "../../id.ts";
import { milliseconds, type Epoch } from "../../time.ts";
import type { Entry, Occurrence, Problem } from "../entry.ts";
import { DAY, type Day, day, dayOf, HOUR, midnight, MINUTE, wall } from "../wall.ts";
import { momentOf, wallAt, type Zone } from "../zone.ts";
import { Misunderstood } from "./argument.ts";
import { type Block, blocks } from "./block.ts";
import { readDate } from "./date.ts";
import { type Form, readForm } from "./form.ts";
import { type Item, items } from "./item.ts";

/** Entries that are read of one file. */
const MOST = 20_000;

/** How a diary of Emacs is to be understood. */
export type Reading = Pick<Settings, "style" | "before" | "morning"> & { readonly zone: Zone };

/** Reads a diary of Emacs (its manual, "Format of Diary File" and "Sexp Diary Entries").
 * @param file  for a person, who is told where something is */
export function readEmacs(
  text: string,
  file: string,
  reading: Reading,
): { readonly entries: readonly Entry[]; readonly problems: readonly Problem[] } {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (const block of blocks(text)) {
    const where = `${file}:${block.line}`;
    if (entries.length === MOST) {
      problems.push({ where, text: `more than ${MOST} entries; from here on nothing is read` });
      break;
    }
    try {
      entries.push(entry(block, where, reading));
    } catch (error) {
      if (!(error instanceof Misunderstood)) throw error;
      problems.push({ where, text: error.message });
    }
  }
  return { entries, problems };
}

/** When an entry applies, and what it says. */
interface Planned extends Form {
  readonly only?: Day;
  readonly rest: string;
}

function entry({ text }: Block, where: string, reading: Reading): Entry {
  const planned = plan(text.replace(/^&/, ""), reading);
  const all = items(planned.rest);
  if (all.length === 0) throw new Misunderstood("it says nothing; write what is planned behind the date");
  const { remind, says } = planned;
  // Days in a row are planned as one; but what has a time comes every day.
  const block = all.every(({ times }) => times === undefined) ? planned.block : undefined;
  const only = block?.first ?? planned.only;
  const long = block === undefined ? 1 : block.last - block.first + 1;
  const context = { ...reading, where, uid: derivedId("diary", text), remind };
  const first = -Math.max(0, milliseconds(reading.before), ...all.map(({ warn = 0 }) => warn)) - DAY;
  const early = Math.max(0, ...remind) * DAY;
  return {
    where,
    longest: (long + 1) * DAY,
    reach: { first: first - early, last: 2 * DAY },
    silent: false,
    starting: (from, to) => {
      const found: Occurrence[] = [];
      for (const of of candidates(from, to)) {
        const said = says(of);
        if (said === undefined) continue;
        for (const [at, item] of all.entries())
          found.push(occurrence(item, { ...context, at, of, said, long }));
      }
      return found
        .filter(({ start }) => start >= from && start < to)
        .sort((one, other) => one.start - other.start);
    },
  };

  /** The days on which one may start in [from, to). */
  function candidates(from: Epoch, to: Epoch): readonly Day[] {
    if (only !== undefined) return [only];
    const begin = dayOf(wallAt(from, reading.zone));
    const days = dayOf(wallAt(to, reading.zone)) - begin + 1;
    return Array.from({ length: Math.max(0, days) }, (_, at) => day(begin + at));
  }
}

function plan(text: string, { style }: Reading): Planned {
  if (text.startsWith("#include"))
    throw new Misunderstood("#include is not followed; name the file in `diary.files`");
  if (!text.startsWith("%%(")) {
    const dated = readDate(text, style);
    if (dated === undefined)
      throw new Misunderstood(
        `it begins with no date in the style ${style} (\`diary.style\`), and with no %%(form)`,
      );
    const { applies, only, rest } = dated;
    return {
      says: (of) => (applies(of) ? "yes" : undefined),
      remind: [],
      rest,
      ...(only === undefined ? {} : { only }),
    };
  }
  const end = closing(text);
  if (end === undefined) throw new Misunderstood("its form is never closed");
  try {
    return { ...readForm(text.slice(2, end), style), rest: text.slice(end) };
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    throw new Misunderstood("its form is no list such as (diary-cyclic 14 1 5 2026)");
  }
}

/** Where the form ends with which a text begins behind its %%. */
function closing(text: string): number | undefined {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/"(?:[^"\\]|\\[^])*"|[()]/g)) {
    if (sign === "(") depth++;
    if (sign === ")" && --depth === 0) return index + 1;
  }
  return undefined;
}

interface Context extends Reading {
  readonly where: string;
  readonly uid: string;
  readonly remind: readonly number[];
  /** Which item of the entry, and on which day. */
  readonly at: number;
  readonly of: Day;
  readonly said: "yes" | number;
  /** Days. */
  readonly long: number;
}

function occurrence({ times, title, text, warn }: Item, context: Context): Occurrence {
  const { zone, where, uid, at, of, said, long, remind } = context;
  const on = (ms: number, from: Day = of): Epoch => momentOf(wall(midnight(from) + ms), zone);
  const [hours = 0, minutes = 0] = context.morning.split(":").map(Number);
  const morning = hours * HOUR + minutes * MINUTE;
  const start = on(times?.start ?? 0);
  const alarm = times === undefined ? on(morning) : on(times.start - (warn ?? milliseconds(context.before)));
  const alarms = [alarm, ...remind.map((days) => on(morning, day(of - days)))];
  return {
    uid: at === 0 ? uid : `${uid} ${at}`,
    title: said === "yes" ? title : counted(title, said),
    text: said === "yes" ? text : counted(text, said),
    start,
    end: times === undefined ? on(long * DAY) : on(times.end),
    allDay: times === undefined,
    categories: [],
    alarms: [...new Set(alarms)].sort((one, other) => one - other),
    where,
  };
}

/** The text with a number where it says %d, and behind it the end of "1st", "2nd" where it says %s. As in Emacs the
 * first of the two is the number, whichever it is. */
function counted(text: string, count: number): string {
  const values = [String(count), ordinal(count)];
  return text.replace(/%([ds%])/g, (whole, kind) => (kind === "%" ? "%" : (values.shift() ?? whole)));
}

function ordinal(count: number): string {
  const last = count % 10;
  if ([11, 12, 13].includes(count % 100) || last > 3) return "th";
  return ["th", "st", "nd", "rd"][last] ?? "th";
}
