import type { State } from "../bark.ts";
import type { Regard, Subject } from "../subject.ts";
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
  readonly turns: { readonly level: State; readonly since: Epoch }[];
  /** When the rounds must look at it. */
  wake: Epoch | undefined;
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

  /** @param heard  whether the bark that was kept last is the newest about it */
  set(known: Known, subject: Subject, wake: Epoch | undefined, heard: boolean): void {
    if (subject.level !== known.subject?.level)
      known.turns.push({ level: subject.level, since: subject.since });
    known.subject = subject;
    known.wake = wake;
    if (heard) known.bark = known.row;
    this.#dirty.add(known);
  }

  /** The rounds look at all, also at what is still to be written. */
  awaken(): void {
    for (const known of this.#dirty) known.wake = epoch(0);
    this.#statements.awaken.run();
  }

  /** Writes what has changed of one. */
  settle(known: Known): void {
    if (this.#dirty.delete(known)) write(this.#statements, known);
  }

  /** Writes what has changed. */
  write(): void {
    for (const known of this.#dirty) write(this.#statements, known);
    this.#dirty.clear();
  }

  /** The same, and what is too much to be remembered is forgotten: nobody works with any of it. */
  flush(): void {
    this.write();
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
  readonly level: State;
  readonly since: number;
  readonly newest: number;
  readonly bark: number;
  readonly regard: string | null;
}

function read(statements: Statements, host: string, tag: string): Known {
  const row = statements.subject.get(host, tag) as Row | undefined;
  if (row === undefined)
    return {
      seq: undefined,
      stored: undefined,
      subject: undefined,
      row: 0,
      bark: 0,
      turns: [],
      wake: undefined,
    };
  const { seq, level, bark } = row;
  const calm = { host, tag, level, since: epoch(row.since), newest: epoch(row.newest) };
  const stored: Subject = row.regard === null ? calm : { ...calm, regard: JSON.parse(row.regard) as Regard };
  return { seq, stored, subject: stored, row: 0, bark, turns: [], wake: undefined };
}

function write(statements: Statements, known: Known): void {
  const { stored, subject, bark, turns, wake } = known;
  if (subject === undefined) return;
  const { host, tag, level, since, newest, regard } = subject;
  if (known.seq === undefined) {
    known.seq = Number(statements.meet.run(host, tag, level, since, newest, bark).lastInsertRowid);
  } else if (turns.length === 0 && since === stored?.since) statements.seen.run(newest, bark, known.seq);
  else {
    statements.turn.run(level, since, newest, bark, known.seq);
    if (turns.length === 0) statements.resume.run(since, host, tag);
  }
  if (turns.length > 0) spells(statements, known);
  if (regard !== undefined) statements.regard.run(known.seq, wake ?? null, JSON.stringify(regard));
  else if (stored?.regard !== undefined) statements.disregard.run(known.seq);
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
