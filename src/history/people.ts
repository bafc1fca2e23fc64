import type { Bark, State } from "../bark.ts";
import type { Notice } from "../notice.ts";
import { type Epoch, iso } from "../time.ts";
import { restore } from "./restore.ts";
import type { Statements } from "./statements.ts";

/** Who waits to be told of something. */
export interface Waiting {
  readonly recipient: string;
  /** Since when. */
  readonly since: Epoch;
  readonly count: number;
  /** The last of it. */
  readonly last: number;
}

/** A notice, and its place in the order in which they were decided. */
export interface Ranked {
  readonly seq: number;
  readonly notice: Notice;
}

/** Whom there is to tell what, and what they were sent of late. */
export interface People {
  waiting(): readonly Waiting[];
  /** What one is to be told, what matters most first: so much of what is bad, and of what is well again. */
  notices(recipient: string, limit: number): readonly Ranked[];
  /** It is on its way. */
  sent(waiting: Waiting, now: Epoch, parcels: number): void;
  /** How often they were sent something from then until now, and when first. */
  parcels(recipient: string, since: Epoch, now: Epoch): { readonly count: number; readonly first: Epoch };
}

/** Keeps what was decided to be told, and to whom it is still to be. */
export function keepNotice(statements: Statements, notice: Notice, kept: Bark | undefined): boolean {
  const { id, time, kind, level, everyone, bark, ...extra } = notice;
  const { host, tag } = bark;
  const { facts: _, ...without } = bark; // nobody is told of facts, and they can be long
  const more = JSON.stringify(bark === kept ? extra : { ...extra, bark: without });
  const moment = Date.parse(time);
  const run = statements.notice.run(
    id,
    moment,
    kind,
    host,
    tag,
    level,
    bark.id,
    JSON.stringify(everyone),
    more,
  );
  if (run.changes === 0) return false;
  const weight = weigh(kind, level);
  for (const one of everyone) statements.untold.run(one, run.lastInsertRowid, weight, moment);
  return true;
}

/** What did not come may be well all the same. */
const BADNESS: readonly State[] = ["ok", "warning", "unknown", "missing", "fail"];
/** What is over matters least. */
const WELL = 0;
const HIGHEST = 100;
/** What matters most is the highest. */
const weigh = (kind: Notice["kind"], level: State): number =>
  kind === "well" ? WELL : kind === "note" ? 1 : 2 * BADNESS.indexOf(level) + (kind === "reminder" ? 0 : 1);

interface Untold {
  readonly seq: number;
  readonly id: string;
  readonly kind: Notice["kind"];
  readonly level: State;
  readonly time: Epoch;
  readonly recipients: string;
  readonly extra: string;
  readonly barkid: string;
  readonly barktime: number | null;
  readonly body: string;
}

export function people(statements: Statements): People {
  return {
    waiting: () => statements.gathered.all() as Waiting[],
    notices: (recipient, limit) =>
      // Whoever was told that it is bad waits for the end of it, whatever else is bad by now.
      [[WELL + 1, HIGHEST] as const, [WELL, WELL] as const].flatMap(([least, most]) =>
        (statements.release.all(recipient, least, most, limit) as Untold[]).map((row) => ({
          seq: row.seq,
          notice: told(row),
        })),
      ),
    sent({ recipient, last }, now, parcels) {
      statements.released.run(recipient, last);
      for (let one = 0; one < parcels; one++) statements.parcel.run(recipient, now);
    },
    parcels: (recipient, since, now) =>
      statements.parcels.get(recipient, since, now) as { count: number; first: Epoch },
  };
}

function told({ id, kind, level, time, recipients, extra, barkid, barktime, body }: Untold): Notice {
  const more = JSON.parse(extra) as Partial<Notice>;
  const bark = more.bark ?? restore({ id: barkid, time: barktime ?? time, body });
  const { facts: _, ...without } = bark;
  const everyone = JSON.parse(recipients) as string[];
  return { ...more, id, kind, level, everyone, time: iso(time), bark: without };
}
