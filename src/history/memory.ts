import type { Level } from "../bark.ts";
import type { Subject } from "../subject.ts";
import { type Epoch, epoch } from "../time.ts";
import type { Statements } from "./statements.ts";

/** A subject while a batch goes on: changed in place, since every bark passes here. */
export interface Known {
  /** Its row; undefined while it has none. */
  seq: number | undefined;
  /** As it is in the history; undefined when it is not. */
  stored: Subject | undefined;
  subject: Subject | undefined;
  /** Row of the bark that was kept last about it. */
  row: number | bigint;
  /** Row of the newest one that was not late. */
  bark: number | bigint;
  /** Levels it went through in this batch. */
  readonly turns: { readonly level: Level; readonly since: Epoch }[];
}

/** The subjects heard of lately, so that a batch reads and writes each once. Right as long as nobody else writes. */
export class Memory {
  readonly #statements: Statements;
  readonly #known = new Map<string, Known>();
  readonly #dirty = new Set<Known>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  get(host: string, tag: string): Known {
    const key = `${host}\0${tag}`;
    const known = this.#known.get(key) ?? read(this.#statements, host, tag);
    this.#known.set(key, known);
    return known;
  }

  set(known: Known, subject: Subject): void {
    if (subject.level !== known.subject?.level)
      known.turns.push({ level: subject.level, since: subject.newest });
    known.subject = subject;
    known.bark = known.row;
    this.#dirty.add(known);
  }

  /** Writes what has changed. */
  flush(): void {
    for (const known of this.#dirty) write(this.#statements, known);
    this.#dirty.clear();
    if (this.#known.size > LIMIT) this.#known.clear();
  }

  /** After a rollback: nothing of it is true. */
  clear(): void {
    this.#known.clear();
    this.#dirty.clear();
  }
}

/** Subjects kept between batches: 3 MiB at the most. */
const LIMIT = 5000;

interface Row {
  readonly seq: number;
  readonly level: Level;
  readonly since: number;
  readonly newest: number;
  readonly told: Level | null;
  readonly toldsince: number;
  readonly thread: string;
  readonly recipients: string;
}

function read(statements: Statements, host: string, tag: string): Known {
  const row = statements.subject.get(host, tag) as Row | undefined;
  if (row === undefined)
    return { seq: undefined, stored: undefined, subject: undefined, row: 0, bark: 0, turns: [] };
  const { seq, level, told } = row;
  const calm = { host, tag, level, since: epoch(row.since), newest: epoch(row.newest) };
  const to = (): readonly string[] => JSON.parse(row.recipients) as string[];
  const stored: Subject =
    told === null
      ? calm
      : { ...calm, told: { level: told, since: epoch(row.toldsince), thread: row.thread, to: to() } };
  return { seq, stored, subject: stored, row: 0, bark: 0, turns: [] };
}

function write(statements: Statements, known: Known): void {
  const { stored, subject, bark, turns } = known;
  if (subject === undefined) return;
  const { host, tag, level, since, newest } = subject;
  if (known.seq === undefined) {
    known.seq = Number(statements.meet.run(host, tag, level, since, newest, bark).lastInsertRowid);
  } else if (turns.length === 0) statements.seen.run(newest, bark, known.seq);
  else statements.turn.run(level, since, newest, bark, known.seq);
  if (turns.length > 0) spells(statements, known);
  if (subject.told !== stored?.told) tell(statements, known.seq, subject);
  known.stored = subject;
  turns.length = 0;
}

/** A spell that begins and ends within one batch is written once. */
function spells(statements: Statements, { stored, subject, turns }: Known): void {
  if (subject === undefined) return;
  const { host, tag } = subject;
  if (stored !== undefined) statements.close.run(turns[0]?.since, host, tag);
  for (const [at, { level, since }] of turns.entries())
    statements.spell.run(host, tag, level, since, turns[at + 1]?.since ?? null);
}

function tell(statements: Statements, seq: number, { told }: Subject): void {
  if (told === undefined) statements.forget.run(seq);
  else statements.tell.run(seq, told.level, told.since, told.thread, JSON.stringify(told.to));
}
