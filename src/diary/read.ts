import type { Diary as Settings } from "../config/diary.ts";
import type { Diary, Entry, Problem } from "./entry.ts";
import { type Text, texts } from "./files.ts";
import { here, type Zone, zoneNamed } from "./zone.ts";

/** Reads what is planned. Never throws for what stands in a file, or does not: that is named, and the rest counts. */
export async function readDiary(settings: Settings): Promise<Diary> {
  const { files, zone: name } = settings;
  const zone = (name === undefined ? undefined : zoneNamed(name)) ?? here();
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (const one of texts(files)) {
    if ("where" in one) {
      problems.push(one);
      continue;
    }
    const read = await entriesOf(one, settings, zone);
    // Not push(...): there may be more than fit on the stack.
    for (const entry of read.entries) entries.push(entry);
    for (const problem of read.problems) problems.push(problem);
  }
  return { zone, entries, problems };
}

/** What reads the one or the other is loaded where there is such a file. */
async function entriesOf(
  { kind, text, file }: Text,
  settings: Settings,
  zone: Zone,
): Promise<Pick<Diary, "entries" | "problems">> {
  if (kind === "emacs")
    return (await import("./emacs/diary.ts")).readEmacs(text, file, { ...settings, zone });
  return (await import("./ical/index.ts")).readCalendar(text, file, zone);
}
