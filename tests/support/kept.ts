import type { Bark, Level } from "../../src/bark.ts";
import type { Kept } from "../../src/history/batch.ts";
import { epoch, iso } from "../../src/time.ts";

/** A moment that all tests count from. */
export const START = Date.parse("2026-11-22T18:00:00Z");

/** A bark as the history keeps it. @param at  seconds after START */
export function kept(id: string, level: Level, at: number, more: Partial<Bark> = {}): Kept {
  const time = epoch(START + at * 1000);
  const bark: Bark = {
    id,
    time: iso(time),
    host: "nas",
    tag: "SCRUB",
    monitor: "error",
    level,
    summary: `${id} ${level}`,
    ...more,
  };
  return { bark, at: time, received: time, body: JSON.stringify(bark) };
}
