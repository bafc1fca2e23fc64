import type { State } from "../bark.ts";
import type { Notice } from "../notice.ts";
import { does } from "./words.ts";

/** Notices that say the same of one tag, on whatever hosts. Never empty. */
export type Group = readonly [Notice, ...Notice[]];

const WORST: readonly State[] = ["fail", "missing", "unknown", "warning", "ok"];

/** What is news comes first, and what is over last. */
const TIERS: readonly (readonly Notice["kind"][])[] = [
  ["bad", "worse"],
  ["note"],
  ["reminder"],
  ["flapping"],
  ["well"],
];

/** By what matters to whoever reads; what matters alike stays in its order. */
export const ordered = (notices: readonly Notice[]): readonly Notice[] =>
  [...notices].sort((one, other) => rank(one) - rank(other));

const rank = ({ kind, level }: Notice): number =>
  TIERS.findIndex((tier) => tier.includes(kind)) * WORST.length + WORST.indexOf(level);

/** The worst that any of them is in. */
export const worst = (notices: readonly Notice[]): State =>
  WORST.find((state) => notices.some(({ level }) => level === state)) ?? "ok";

/** Groups in the order of the first of each. */
export function grouped(notices: readonly Notice[]): readonly Group[] {
  const groups = new Map<string, [Notice, ...Notice[]]>();
  for (const notice of notices) {
    const key = `${does(notice)}\0${notice.bark.tag}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [notice]);
    else group.push(notice);
  }
  return [...groups.values()];
}

/** The hosts of some notices, each once. */
export const hostsOf = (notices: readonly Notice[]): readonly string[] => [
  ...new Set(notices.map(({ bark }) => bark.host)),
];
