import { statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { Trouble } from "../trouble.ts";
import { type Batch, batch } from "./batch.ts";
import { fault } from "./fault.ts";
import { equip } from "./functions.ts";
import { Memory } from "./memory.ts";
import { openHistory } from "./open.ts";
import { Questions } from "./questions.ts";
import { prepare, type Statements } from "./statements.ts";

/** A message that waits to leave. */
export interface Outgoing {
  readonly seq: number;
  readonly queue: string;
  readonly body: string;
}

interface Opened {
  readonly database: Database;
  readonly statements: Statements;
  readonly memory: Memory;
  readonly questions: Questions;
  /** Device and inode: which file it is, whatever its name points to by now. */
  readonly identity: string;
}

/** The one that writes the history. Whoever makes it holds the lock that makes it the only one. */
export class Writer implements Disposable {
  readonly #file: string;
  #opened: Opened | undefined;

  /** @throws Trouble when the history cannot be opened (see openHistory) */
  constructor(file: string) {
    this.#file = file;
    this.#open();
  }

  /** Does work in one transaction, on the disk when this returns. After a throw nothing of it has happened.
   * @throws Trouble when the disk or the file is to blame; what else is thrown is about what was written */
  transaction<Value>(work: (batch: Batch) => Value): Value {
    return this.#guard(({ database, statements, memory, questions, identity }) => {
      // SQLite would go on writing to a file that was removed, and what it says is durable would be gone.
      if (identityOf(this.#file) !== identity) this.#moved();
      database.exec("BEGIN IMMEDIATE");
      try {
        const value = work(batch(statements, memory, questions));
        memory.flush();
        database.exec("COMMIT");
        return value;
      } catch (error) {
        memory.clear();
        if (database.inTransaction) database.exec("ROLLBACK"); // SQLite rolls back by itself when a disk is full
        throw error;
      }
    });
  }

  /** The oldest messages that wait to leave. */
  waiting(limit: number): readonly Outgoing[] {
    return this.#guard(({ statements }) => statements.waiting.all(limit) as Outgoing[]);
  }

  /** Messages up to and with this one have left. */
  posted(last: Outgoing): void {
    this.#guard(({ statements }) => statements.posted.run(last.seq));
  }

  [Symbol.dispose](): void {
    this.#opened?.database.close();
    this.#opened = undefined;
  }

  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const database = openHistory(this.#file, { readonly: false });
    equip(database);
    const statements = prepare(database);
    const identity = identityOf(this.#file);
    const memory = new Memory(statements);
    this.#opened = { database, statements, memory, questions: new Questions(database), identity };
    return this.#opened;
  }

  #guard<Value>(work: (opened: Opened) => Value): Value {
    try {
      return work(this.#open());
    } catch (error) {
      const trouble = fault(error, this.#file);
      // A file that was unmounted or damaged under us is opened anew next time; this connection would go on
      // failing. Only a full disk leaves it whole.
      if (trouble !== undefined && (error as { code?: unknown }).code !== "SQLITE_FULL") this.#abandon();
      throw trouble ?? error;
    }
  }

  #moved(): never {
    throw new Trouble(`the history ${this.#file} was removed or replaced while it was in use`, {
      retry: "later",
      advice: "it is opened anew, and made if it is not there; nothing that waits is lost",
    });
  }

  #abandon(): void {
    try {
      this[Symbol.dispose]();
    } catch {
      this.#opened = undefined; // it cannot even be closed; the fault itself is what is told
    }
  }
}

function identityOf(file: string): string {
  const about = statSync(file, { throwIfNoEntry: false });
  return about === undefined ? "gone" : `${about.dev}:${about.ino}`;
}
