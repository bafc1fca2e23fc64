import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { denied } from "../denied.ts";
import { makeFolder } from "../folder.ts";
import { errno, Trouble } from "../trouble.ts";
import { fault } from "./fault.ts";
import { current, migrate, shape } from "./migrate.ts";

/** Milliseconds that a statement waits for somebody else's lock. */
const PATIENCE = 5000;

/** Opens a history. The writer makes the file, brings it up to date and sets it up; a reader changes nothing.
 * @throws Trouble when it is not there, not for this user, not ours, damaged, or of another shape */
export function openHistory(file: string, { readonly }: { readonly readonly: boolean }): Database {
  if (readonly) return guarded(file, true, (database) => current(database, file));
  make(file);
  // Looked at without the right to write first: what is refused must not even be checkpointed.
  if (statSync(file).size > 0) guarded(file, true, (database) => shape(database, file)).close();
  return guarded(file, false, (database) => {
    for (const pragma of PRAGMAS) database.pragma(pragma);
    migrate(database, file);
  });
}

const PRAGMAS = [
  "page_size = 16384", // at creation only; 1.1 to 1.3 times the rate of 4096
  "journal_mode = WAL",
  // A queue entry is acknowledged after the commit, so the commit has to outlive a power cut: NORMAL would not.
  "synchronous = FULL",
  "wal_autocheckpoint = 4000", // pages: 64 MiB; five times as much was no quicker, and disk is not ours alone
  "journal_size_limit = 67108864",
  "cache_size = -8000", // KiB; memory is not ours alone
  "trusted_schema = OFF",
] as const;

function guarded(file: string, readonly: boolean, setUp: (database: Database) => void): Database {
  let database: Database | undefined;
  try {
    if (readonly) readable(file);
    database = new Sqlite(file, { readonly, fileMustExist: true, timeout: PATIENCE });
    setUp(database);
    return database;
  } catch (error) {
    database?.close();
    throw (readonly ? unread(error, file) : undefined) ?? fault(error, file) ?? error;
  }
}

/** The file holds what jobs have said: it is made for its owner and group alone. SQLite gives its companions the
 * same mode. */
function make(file: string): void {
  try {
    makeFolder(dirname(file), 0o750);
    closeSync(openSync(file, "a", 0o640));
  } catch (error) {
    throw new Trouble(`cannot make the history ${file} (${errno(error) ?? "unknown"})`, {
      retry: "later",
      advice: denied(file, error) ?? "check that the folder exists, is yours, and has room",
      cause: error,
    });
  }
}

function readable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const code = errno(error) ?? "unknown";
    const absent = code === "ENOENT" || code === "ENOTDIR";
    throw new Trouble(
      absent ? `there is no history at ${file} yet` : `cannot read the history ${file} (${code})`,
      {
        advice: absent
          ? "start sheepdog-handler, which makes it, or set $SHEEPDOG_STATE to where it is"
          : "ask as root, or as a member of the group that owns it",
        cause: error,
      },
    );
  }
}

/** A reader needs the companions of the file (-wal, -shm), or the right to make them. */
function unread(error: unknown, file: string): Trouble | undefined {
  const code = errno(error) ?? "";
  if (!code.startsWith("SQLITE_CANTOPEN") && !code.startsWith("SQLITE_READONLY")) return undefined;
  return new Trouble(`cannot read the history ${file} (${code})`, {
    advice: "ask while sheepdog-handler runs, or ask as its owner",
    cause: error,
  });
}
