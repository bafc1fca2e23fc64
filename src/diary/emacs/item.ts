import { MINUTE } from "../wall.ts";
import { Misunderstood } from "./argument.ts";
import { readTimes, type Times } from "./time.ts";

/** What is planned for the days of an entry: one thing, or, where several of its lines begin with a time, one for each
 * of them. */
export interface Item {
  readonly times: Omit<Times, "rest"> | undefined;
  readonly title: string;
  readonly text: string;
  /** Milliseconds before its time at which it is told, where it says so: "warntime 20" are 20 minutes, as in Emacs. */
  readonly warn: number | undefined;
}

/** Items of one entry. */
const MOST = 100;
const TITLE = 500;
const TEXT = 16_384;
const WARN = /[ \t]*(?:#+|;+)?[ \t]*\bwarntime (\d{1,6})\b/;

/** Reads what stands behind the date of an entry.
 * @throws Misunderstood */
export function items(text: string): readonly Item[] {
  const found: { times: Times | undefined; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const times = readTimes(line);
    const last = found.at(-1);
    if (found.length > MOST) throw new Misunderstood(`more than ${MOST} times in one entry`);
    if (times !== undefined) found.push({ times, lines: [times.rest] });
    else if (last !== undefined) last.lines.push(line);
    else found.push({ times, lines: [line] });
  }
  return found.flatMap(({ times, lines }) => {
    const whole = lines
      .map((line) => line.trim())
      .join("\n")
      .trim();
    const minutes = WARN.exec(whole)?.[1];
    const [title = "", ...rest] = whole.replace(WARN, "").trim().split("\n");
    if (title === "" && times === undefined) return [];
    return {
      times: times && { start: times.start, end: times.end },
      title: title.slice(0, TITLE) || "(no title)",
      text: rest.join("\n").slice(0, TEXT),
      warn: minutes === undefined ? undefined : Number(minutes) * MINUTE,
    };
  });
}
