import type { Database, Statement } from "better-sqlite3";
import type { Bark, Level, State } from "../bark.ts";
import type { Notice } from "../notice.ts";
import { type Epoch, epoch } from "../time.ts";
import { fault } from "./fault.ts";
import { openHistory } from "./open.ts";
import { type Halt, HOUR, type Reaction, type ReactionRow, reactionOf } from "./reactions.ts";
import { claimed, restore, type Stored } from "./restore.ts";
import { sql } from "./sql.ts";

/** Which barks are asked for. */
export interface Query {
  /** Exact, but `*` stands for anything. */
  readonly host?: string | undefined;
  readonly tag?: string | undefined;
  readonly level?: Level | undefined;
  /** Not before this. */
  readonly since?: Epoch | undefined;
  readonly limit: number;
}

/** What was told of one bark. */
export interface Told {
  readonly id: string;
  readonly time: Epoch;
  readonly kind: Notice["kind"];
  readonly to: readonly string[];
}

export type Shown =
  | {
      readonly kind: "one";
      readonly bark: Bark;
      readonly received: Epoch;
      /** The time that the bark claims, where it is not believed (RFC 3339). */
      readonly claimed?: string;
      readonly notices: readonly Told[];
    }
  /** Several ids begin like this; not more than ten are named. */
  | { readonly kind: "many"; readonly ids: readonly string[] };

/** What is not ok now. */
export interface Ailment {
  readonly host: string;
  readonly tag: string;
  readonly level: State;
  readonly since: Epoch;
  /** Of the newest bark about it. */
  readonly summary: string;
  /** And its id. */
  readonly bark: string;
}

/** What must come. */
export interface Awaited {
  readonly host: string;
  readonly tag: string;
  readonly level: State;
  /** By when. */
  readonly due: Epoch;
  /** When it came last; null where it never did. */
  readonly last: Epoch | null;
}

/** What was barked of a subject last. */
export interface Latest {
  /** Its id. */
  readonly bark: string;
  readonly monitor: string;
  readonly level: Level;
  readonly summary: string;
}

export interface Herd {
  readonly subjects: number;
  /** When the newest bark came. */
  readonly last: Epoch | undefined;
}

/** What nobody is told of, until then. */
export interface Silence {
  readonly id: string;
  /** Patterns: * stands for anything. */
  readonly host: string;
  readonly tag: string;
  readonly since: Epoch;
  readonly until: Epoch;
  /** Who asked for it. */
  readonly by: string;
  readonly why: string;
}

interface Row extends Stored {
  readonly received: number;
}

const CANDIDATES = 10;

/** Answers questions about the history, while the handler writes it or not. */
export class Reader implements Disposable {
  readonly #file: string;
  readonly #database: Database;

  /** @throws Trouble when there is no history, or this user may not read it (see openHistory) */
  constructor(file: string) {
    this.#file = file;
    this.#database = openHistory(file, { readonly: true });
  }

  /** The newest barks that fit, newest last. */
  barks({ host, tag, level, since, limit }: Query): readonly Bark[] {
    const rows = this.#all("list", {
      host: glob(host),
      tag: glob(tag),
      level: level ?? null,
      since: since ?? -Infinity,
      limit,
    });
    return (rows as Row[]).toReversed().map(restore);
  }

  /** One bark whole, by its id or the beginning of it.
   * @returns undefined when there is none */
  show(prefix: string): Shown | undefined {
    // A text beyond all that begin with the prefix: no id has a sign above this one.
    const rows = this.#all("show", prefix, `${prefix}\u{10FFFF}`, CANDIDATES) as Row[];
    const row = rows.find(({ id }) => id === prefix) ?? rows[0];
    if (row === undefined) return undefined;
    if (rows.length > 1 && row.id !== prefix) return { kind: "many", ids: rows.map(({ id }) => id) };
    const notices = this.#all("told", row.id) as {
      id: string;
      time: number;
      kind: Notice["kind"];
      recipients: string;
    }[];
    const claim = claimed(row);
    return {
      kind: "one",
      bark: restore(row),
      received: epoch(row.received),
      ...(Date.parse(claim) === row.time ? {} : { claimed: claim }),
      notices: notices.map(({ id, time, kind, recipients }) => ({
        id,
        time: epoch(time),
        kind,
        to: JSON.parse(recipients) as string[],
      })),
    };
  }

  /** What is not ok now, the oldest trouble first. */
  troubles(): readonly Ailment[] {
    return this.#all("troubles") as Ailment[];
  }

  /** What must come, what is due first at the top. */
  awaited(): readonly Awaited[] {
    return this.#all("awaited") as Awaited[];
  }

  /** The silences that hold, the first to end first. */
  silences(now: Epoch): readonly Silence[] {
    return this.#all("silences", now) as Silence[];
  }

  /** The silences that somebody asked for and whose time is not over: whether they hold still, by their ids. */
  asked(by: string, now: Epoch): ReadonlyMap<string, boolean> {
    const rows = this.#all("asked", by, now) as { id: string; open: number }[];
    return new Map(rows.map(({ id, open }) => [id, open === 1]));
  }

  /** Whether there is such a bark. */
  knows(id: string): boolean {
    return this.#all("known", id).length > 0;
  }

  /** What was barked of a subject last; undefined when it was never heard of. */
  latest(host: string, tag: string): Latest | undefined {
    const [row] = this.#all("latest", host, tag) as Latest[];
    return row;
  }

  /** What is not ok by the word of a monitor. */
  ruled(monitor: string): readonly (Pick<Latest, "bark" | "summary"> & Pick<Bark, "host" | "tag">)[] {
    return this.#all("ruled", monitor) as ReturnType<Reader["ruled"]> & unknown[];
  }

  /** What standing rules have machines do. */
  reactions(): readonly Reaction[] {
    return (this.#all("reactions") as ReactionRow[]).map(reactionOf);
  }

  /** The same of one, also when it is over. */
  reaction(tag: string): Reaction | undefined {
    const [row] = this.#all("reaction", tag) as ReactionRow[];
    return row && reactionOf(row);
  }

  /** How often machines were asked by rules, within an hour. */
  reacting(now: Epoch): number {
    const [row] = this.#all("reacting", now - HOUR) as { count: number }[];
    return row?.count ?? 0;
  }

  /** Whether somebody has halted all that. */
  halted(): Halt | undefined {
    const [row] = this.#all("halted") as Halt[];
    return row;
  }

  /** When the rounds were made last. */
  rounds(): Epoch | undefined {
    const [row] = this.#all("rounds") as { made: Epoch }[];
    return row?.made;
  }

  herd(): Herd {
    const [row] = this.#all("herd") as { subjects: number; last: number | null }[];
    return { subjects: row?.subjects ?? 0, last: row?.last == null ? undefined : epoch(row.last) };
  }

  close(): void {
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #all(name: string, ...values: readonly unknown[]): unknown[] {
    try {
      return (this.#database.prepare(sql(name)) as Statement).all(...values);
    } catch (error) {
      throw fault(error, this.#file) ?? error;
    }
  }
}

/** SQLite's GLOB has more signs than `*`; they stand for themselves here. */
const glob = (pattern: string | undefined): string | null => pattern?.replace(/[?[]/g, "[$&]") ?? null;
