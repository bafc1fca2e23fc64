import { type Bark, LIMITS } from "../bark.ts";
import { derivedId } from "../id.ts";
import { type Epoch, iso } from "../time.ts";
import type { Problem } from "./entry.ts";
import type { Alarm } from "./occurrences.ts";
import { away, planned } from "./words.ts";
import type { Zone } from "./zone.ts";

/** Whose diary it is, and when it is looked at. */
interface Looking {
  /** What this machine is called. */
  readonly host: string;
  readonly now: Epoch;
  readonly zone: Zone;
}

/** The bark of an alarm. Nothing is wrong, so its level is ok; that a person is told is what its receiver wants
 * (plugins/diary.ts). Its id follows from what it is about: asked for again, it is the same bark, and told once, though
 * its words say how far away it is by now. */
export function alarmBark({ at, of }: Alarm, { host, now, zone }: Looking): Bark {
  const { uid, title, text, start, end, allDay, where } = of;
  return {
    id: derivedId("diary", host, uid, iso(start), iso(at)),
    time: iso(at),
    host,
    tag: "DIARY",
    monitor: "diary",
    level: "ok",
    summary: `${title} ${away(of, now, zone)}`.slice(0, LIMITS.summary),
    content: {
      uid: uid.slice(0, 1000),
      title,
      planned: planned(of, zone),
      start: iso(start),
      end: iso(end),
      allDay,
      text,
      where,
    },
  };
}

/** Of so many problems it is said what they are. */
const SHOWN = 100;

/** What is said of a diary that is not understood. */
export const FILES = "DIARY-FILES";

/** The bark that says how the diary is to be understood: one subject, told as any other that goes bad and is well again.
 * @param before  what was barked of it last
 * @returns undefined where the problems are the same as then */
export function problemBark(
  problems: readonly Problem[],
  before: Bark | undefined,
  { host, now }: Omit<Looking, "zone">,
): Bark | undefined {
  const [first, ...others] = problems;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  const lines = problems.slice(0, SHOWN).map(({ where, text }) => `${where}: ${text}`);
  const known = before?.content?.["problems"] ?? [];
  if (JSON.stringify(known) === JSON.stringify(lines)) return undefined;
  return {
    // While nobody hears it, it is the same one.
    id: derivedId("diary-files", host, before?.id ?? "", ...lines),
    time: iso(now),
    host,
    tag: FILES,
    monitor: "diary-files",
    level: first === undefined ? "ok" : "warning",
    summary:
      first === undefined
        ? "all of the diary is understood"
        : `${first.where.slice(0, 200)}: ${first.text.slice(0, 600)}${more}; see sheepdog diary`,
    content: { problems: lines },
  };
}
