import { Config } from "./schema.ts";
import { keysOf } from "./shape.ts";
import { OLDER } from "./spelling.ts";

/** What somebody may have meant who wrote a key that is none.
 * @param path  the key as written, with its tables */
export function nearest(path: readonly string[]): string {
  const known = [...keysOf(Config).map((key) => key.path), ...[...OLDER.keys()].map((old) => [old])];
  const whole = path.join(".");
  const last = path.at(-1) ?? "";
  const ranked = known
    .map((candidate) => {
      const distance = Math.min(steps(last, candidate.at(-1) ?? ""), steps(whole, candidate.join(".")));
      const elsewhere = candidate.slice(0, -1).join(".") === path.slice(0, -1).join(".") ? 0 : 0.5;
      return { name: candidate.join("."), rank: distance + elsewhere };
    })
    .sort((one, other) => one.rank - other.rank);
  const [best] = ranked;
  if (best !== undefined && best.rank <= Math.max(1, last.length * 0.4)) return `did you mean ${best.name}?`;
  const beside = known.filter((candidate) => candidate.length === path.length && candidate.slice(0, -1).join(".") === path.slice(0, -1).join("."));
  return beside.length === 0 ? "remove it" : `known here are ${beside.map((candidate) => candidate.at(-1)).join(", ")}`;
}

/** Edit distance (Levenshtein), where a hyphen, a dot and an underscore are the same sign. */
function steps(one: string, other: string): number {
  const [from, to] = [one, other].map((word) => word.slice(0, 60).toLowerCase().replace(/[-_]/g, ".")) as [string, string];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let at = 1; at <= from.length; at++) {
    const next = [at];
    for (let column = 1; column <= to.length; column++) {
      const swap = (row[column - 1] ?? 0) + (from[at - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
