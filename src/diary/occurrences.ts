import { type Epoch, epoch } from "../time.ts";
import { explain } from "../trouble.ts";
import { type Diary, type Entry, MOST, type Occurrence, type Problem, type Silence } from "./entry.ts";

/** What a diary answers, with what could not be found out. */
export interface Found<Answer> {
  readonly found: readonly Answer[];
  readonly problems: readonly Problem[];
}

/** Occurrences that one answer may hold. */
const ALL = 50_000;

/** What is planned for [from, to): all that starts in it, and what lasts into it. In the order in which it starts. */
export const occurrences = (diary: Diary, from: Epoch, to: Epoch): Found<Occurrence> =>
  gather(diary, ({ starting, longest }) =>
    starting(epoch(from - longest), to).filter(({ start, end }) => start >= from || end > from),
  );

/** Of something planned a person is to be told. */
export interface Alarm {
  readonly at: Epoch;
  readonly of: Occurrence;
}

/** The alarms in (after, upto], in order: asked for from the last time on until now, none is missed while a machine is
 * off, and none comes twice. */
export function alarms(diary: Diary, after: Epoch, upto: Epoch): Found<Alarm> {
  const { found, problems } = gather(diary, ({ starting, reach }) =>
    reach === undefined ? [] : starting(epoch(after - reach.last), epoch(upto - reach.first + 1)),
  );
  const due = found.flatMap((of) =>
    of.alarms.filter((at) => at > after && at <= upto).map((at) => ({ at, of })),
  );
  return { found: due.sort((one, other) => one.at - other.at), problems };
}

/** Hosts and tags that are silent, and why. */
export interface Maintenance extends Silence {
  /** What it is, for whoever is told less because of it. */
  readonly why: string;
  /** Names it for ever. */
  readonly uid: string;
  readonly start: Epoch;
  /** From then on it is over. */
  readonly end: Epoch;
}

/** The maintenances that last at a moment. */
export function maintenances(diary: Diary, at: Epoch): Found<Maintenance> {
  const { found, problems } = gather(diary, ({ starting, longest, silent }) =>
    silent ? starting(epoch(at - longest), epoch(at + 1)) : [],
  );
  const lasting = found.flatMap(({ silence, title, uid, start, end }) =>
    silence !== undefined && end > at ? [{ ...silence, why: title, uid, start, end }] : [],
  );
  return { found: lasting, problems };
}

function gather({ entries }: Diary, ask: (entry: Entry) => readonly Occurrence[]): Found<Occurrence> {
  const found: Occurrence[] = [];
  const problems: Problem[] = [];
  for (const entry of entries) {
    const { where } = entry;
    try {
      const own = ask(entry);
      if (own.length > MOST)
        problems.push({
          where,
          text: `recurs more than ${MOST} times in the time asked for; the rest is left out`,
        });
      found.push(...own.slice(0, MOST));
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      problems.push({ where, text: explain(error) });
    }
    if (found.length > ALL) {
      problems.push({ where, text: `more than ${ALL} occurrences; what comes after this entry is left out` });
      break;
    }
  }
  return { found: found.sort((one, other) => one.start - other.start), problems };
}
