import { join } from "node:path";
import type { Bark } from "../bark.ts";
import type { Config } from "../config/schema.ts";
import { alarmBark, FILES, problemBark } from "../diary/bark.ts";
import type { Problem } from "../diary/entry.ts";
import { alarms, type Maintenance, maintenances } from "../diary/occurrences.ts";
import { readDiary } from "../diary/read.ts";
import { stateDirectory } from "../directories.ts";
import { Reader } from "../history/reader.ts";
import { derivedId } from "../id.ts";
import { deedBark } from "../operator/bark.ts";
import type { Wish } from "../operator/deed.ts";
import { LONGEST_SILENCE, LONGEST_WHY } from "../operator/deed.ts";
import { handlersKey } from "../operator/local.ts";
import { type Epoch, epoch, iso, later, seconds } from "../time.ts";

/** How far before the last rounds alarms are looked for: they were called for earlier than they were made. What was
 * told already the history knows. */
const BEFORE = seconds(-600);
/** Deeds that are asked for in one go, which the handler checks all; the others are when it is called for next. */
const AT_ONCE = 100;
/** Who asks for the silence of a maintenance. No operator is called so: a name in the list has no spaces. */
const DIARY = "the diary";

/** Whose diary, what is known of it, and by which key it may silence. */
interface Desk {
  readonly config: Config;
  readonly reader: Reader;
  /** Folder of the handler's state. */
  readonly state: string;
  readonly now: Epoch;
}

/** What the diary has to say at the rounds, as barks: alarms that are due, maintenances that begin or are planned no
 * more, and what is not understood. Nothing is remembered here: asked again before the handler has heard it, it is the
 * same barks again, but for silences, which are the same silences.
 * @throws Trouble when the history cannot be read, or a silence not be signed */
export async function plannedBy(config: Config, now: Epoch): Promise<readonly Bark[]> {
  const state = stateDirectory("reader");
  using reader = new Reader(join(state, "history.db"));
  return await agenda({ config, reader, state, now });
}

async function agenda(desk: Desk): Promise<readonly Bark[]> {
  const { config, reader, now } = desk;
  const host = config.name;
  const diary = await readDiary(config.diary);
  // Rounds that are yet to come were made by a clock that was ahead.
  const last = epoch(Math.min(reader.rounds() ?? now, now));
  const due = alarms(diary, later(last, BEFORE), now);
  const told = due.found.map((alarm) => alarmBark(alarm, { host, now, zone: diary.zone }));
  const silent = maintenances(diary, now);
  const problems = distinct([...diary.problems, ...due.problems, ...silent.problems]);
  const [before] = reader.barks({ host, tag: FILES, limit: 1 });
  const problem = problemBark(problems, before, { host, now });
  // What cannot be read may be what silences.
  const deeds = await silences(silent.found, problems.length === 0, desk);
  return [
    ...deeds,
    ...(problem === undefined ? [] : [problem]),
    ...told.filter(({ id }) => !reader.knows(id)),
  ];
}

/** Silences what is to be silent, and ends what is planned no more. What an operator has ended stays ended.
 * @param whole  whether that is all of the diary */
async function silences(
  planned: readonly Maintenance[],
  whole: boolean,
  { config, reader, state, now }: Desk,
): Promise<readonly Bark[]> {
  const known = reader.asked(DIARY, now);
  const wanted = planned.flatMap((one) => wishes(one, now));
  const ids = new Set(wanted.map(({ id }) => id));
  const over = [...known].filter(([id, open]) => whole && open && !ids.has(id));
  const all: readonly Wish[] = [
    ...wanted.filter(({ id }) => !known.has(id)),
    ...over.map(([id]) => ({ kind: "end" as const, id })),
  ];
  if (all.length === 0) return [];
  const key = handlersKey(state);
  const barks: Bark[] = [];
  for (const wish of all.slice(0, AT_ONCE))
    barks.push(await deedBark(wish, { by: DIARY, host: config.name, now, key }));
  return barks;
}

/** Every host with every tag. The id says what is silent and until when: moved, it is another one. */
const wishes = (
  { hosts, tags, why, uid, start, end }: Maintenance,
  now: Epoch,
): readonly Extract<Wish, { kind: "silence" }>[] =>
  hosts.flatMap((host) =>
    tags.map((tag) => ({
      kind: "silence",
      id: derivedId("maintenance", uid, iso(start), iso(end), host, tag),
      host,
      tag,
      until: iso(Math.min(end, later(now, LONGEST_SILENCE)) as Epoch),
      why: (why || "maintenance").slice(0, LONGEST_WHY),
    })),
  );

const distinct = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.where} ${one.text}`, one])).values(),
];
