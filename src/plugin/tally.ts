import { LEVELS, type Level } from "../bark.ts";
import { worst } from "./judge.ts";

/** One thing that was looked at, in words for a person. */
export interface Finding {
  readonly level: Level;
  readonly text: string;
}

/** The level and the line of an indicator that looks at several things: the worst comes first.
 * @param fine  what is said when nothing is wrong
 * @param named  how many troubles are named; of more there is a count */
export function tally(
  findings: readonly Finding[],
  fine: string,
  named = 3,
): { readonly level: Level; readonly summary: string } {
  const troubles = findings
    .filter(({ level }) => level !== "ok")
    .sort((one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level));
  if (troubles.length === 0) return { level: "ok", summary: fine };
  const told = troubles.slice(0, named).map(({ text }) => text);
  const more = troubles.length - told.length;
  return {
    level: worst(troubles.map(({ level }) => level)),
    summary: told.join("; ") + (more === 0 ? "" : `; and ${more} more`),
  };
}
