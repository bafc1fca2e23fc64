import type { Json } from "../bark.ts";
import { formatSize } from "../size.ts";
import { between, type Epoch, formatSpan, iso, type Seconds } from "../time.ts";
import type { Reading } from "./contract.ts";
import { above } from "./judge.ts";
import { tally } from "./tally.ts";

/** One archive of borg, or snapshot of restic. */
export interface Archive {
  readonly id: string;
  readonly name: string;
  readonly time: Epoch;
  /** Bytes of all that is in it; undefined where that is not known. */
  readonly size: number | undefined;
}

export interface Backup {
  /** Without user and password. */
  readonly repository: string;
  /** The newest; undefined where there is none. */
  readonly newest: Archive | undefined;
  /** The one before it, of the same things. */
  readonly previous: Archive | undefined;
}

export interface Limits {
  readonly warn: Seconds;
  readonly fail: Seconds;
  /** Percent that the newest may be smaller than the one before. */
  readonly smaller: number;
}

/** Whether what was backed up last is new enough, and has not shrunk. */
export function judgeBackup(
  { repository, newest, previous }: Backup,
  { smaller, ...limits }: Limits,
  now: Epoch,
): Reading {
  if (newest === undefined) return { level: "fail", summary: `${repository} holds no backup yet`, facts: [] };
  const age = between(newest.time, now);
  const { size } = newest;
  const before = previous?.size;
  const shrunk = size === undefined || !before ? 0 : Math.round(100 * (1 - size / before));
  const says = `the newest backup in ${repository}, ${newest.name},`;
  const findings = [
    { level: above(age, limits), text: `${says} is ${formatSpan(age)} old` },
    {
      level: shrunk > smaller ? ("warning" as const) : ("ok" as const),
      text: `${says} is ${shrunk}% smaller than the one before (${formatSize(size ?? 0)}, ${formatSize(before ?? 0)})`,
    },
  ];
  const fine = `${says} is ${formatSpan(age)} old${size === undefined ? "" : ` and has ${formatSize(size)}`}`;
  return {
    ...tally(findings, fine),
    facts: [["backup", repository, newest.name, `${iso(newest.time).slice(0, 16)}Z`]],
    content: { newest: told(newest), ...(previous === undefined ? {} : { previous: told(previous) }) },
    remember: remembered([newest, previous]),
  };
}

const told = ({ id, name, time, size }: Archive): Json => ({ id, name, time: iso(time), size: size ?? null });

/** Sizes by id, for to find one out may mean to go through all of an archive. */
const remembered = (archives: readonly (Archive | undefined)[]): Json => ({
  sizes: Object.fromEntries(archives.flatMap((one) => (one?.size === undefined ? [] : [[one.id, one.size]]))),
});

/** The size of an archive, when the reading before has found it out.
 * @param before  what `judgeBackup` told to remember, perhaps an older one */
export function knownSize(before: Json | undefined, id: string): number | undefined {
  const { sizes } = (before ?? {}) as { readonly sizes?: { readonly [id: string]: unknown } };
  const size = sizes?.[id];
  return typeof size === "number" ? size : undefined;
}

/** A text without what stands before the host of a URL: there may be a password, with any sign in it. */
export const withoutLogin = (text: string): string => text.replace(/(\w:\/\/)[^\s"']*@/g, "$1");
