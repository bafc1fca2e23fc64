import type { Digest, Line } from "../parcel.ts";
import { printable } from "../printable.ts";
import { line } from "./clip.ts";
import { show } from "./command.ts";
import { lasted, moment } from "./moment.ts";

/** Of each list, how its lines are counted, what stands above them, and what to type for those that are left out. */
const LISTS = {
  open: { words: "open", title: "Open", more: "sheepdog status" },
  past: { words: "came and went", title: "Came and went", more: "sheepdog list" },
  missing: { words: "never came", title: "Never came", more: "sheepdog status" },
  own: {
    words: "about the dog itself",
    title: "What the dog itself could not do",
    more: "sheepdog dead list",
  },
} as const;
type List = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as readonly List[];

/** Lines of one list that are shown. */
const SHOWN = 100;

/** What a digest comes to: "3 open, 12 came and went, 1 never came", or "all well". */
export function tally(digest: Digest): string {
  const counts = NAMES.map((name) => [count(digest, name), LISTS[name].words] as const);
  const parts = counts.filter(([amount]) => amount > 0).map(([amount, words]) => `${amount} ${words}`);
  return parts.length === 0 ? "all well" : parts.join(", ");
}

const count = (digest: Digest, name: List): number => digest[name].length + (digest.more?.[name] ?? 0);

/** The span, and a section for each list that is not empty: blocks of lines. */
export function sections(digest: Digest): readonly (readonly string[])[] {
  const { since, until } = digest;
  return [
    [`From ${line(moment(since), 60)} to ${line(moment(until), 60)}: ${tally(digest)}`],
    ...NAMES.filter((name) => count(digest, name) > 0).map((name) => section(digest, name)),
  ];
}

function section(digest: Digest, name: List): readonly string[] {
  const amount = count(digest, name);
  const { title, more } = LISTS[name];
  const lines = digest[name].slice(0, SHOWN);
  const left = amount - lines.length;
  return [
    `${title}: ${amount}`,
    ...lines.map((one) => `  ${typeof one === "string" ? line(one, 500) : row(one, digest.until)}`),
    ...(left === 0 ? [] : [`  and ${left} more: ${more}`]),
  ];
}

function row({ host, tag, level, since, until, summary, bark }: Line, now: string): string {
  const span = lasted(since, until ?? now);
  return [
    `[${level}] ${line(tag, 60)} on ${line(host, 60)}: ${line(summary, 200)}`,
    `${until === undefined ? "since" : "from"} ${line(moment(since, "minute"), 60)}${span === undefined ? "" : `, for ${span}`}`,
    ...(bark === "" ? [] : [printable(show(bark))]),
  ].join("; ");
}
