import { edits } from "../edits.ts";
import { Config } from "./schema.ts";
import { keysOf, NAMED } from "./shape.ts";
import { OLDER } from "./spelling.ts";

/** What somebody may have meant who wrote a key that is none.
 * @param path  the key as written, with its tables */
export function nearest(path: readonly string[]): string {
  // A name that somebody has chosen is right.
  const known = [
    ...keysOf(Config).map((key) =>
      key.path.map((part, at) => (part === NAMED && at < path.length - 1 ? (path[at] ?? part) : part)),
    ),
    ...[...OLDER.keys()].map((old) => [old]),
  ];
  const whole = path.join(".");
  if (known.some((candidate) => candidate.join(".") === whole)) return "it belongs to another `kind`";
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
  const beside = known.filter(
    (candidate) =>
      candidate.length === path.length && candidate.slice(0, -1).join(".") === path.slice(0, -1).join("."),
  );
  return beside.length === 0
    ? "remove it"
    : `known here are ${[...new Set(beside.map((candidate) => candidate.at(-1)))].join(", ")}`;
}

/** A hyphen, a dot and an underscore are the same sign, and case is none. */
const steps = (one: string, other: string): number => edits(plain(one), plain(other));
const plain = (word: string): string => word.slice(0, 60).toLowerCase().replace(/[-_]/g, ".");
