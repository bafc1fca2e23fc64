import type { Database } from "better-sqlite3";
import { Trouble } from "../trouble.ts";
import { sql } from "./sql.ts";

const MIGRATIONS = ["0001", "0002", "0003", "0004"] as const;
/** "SDOG": tells a history from any other SQLite file (see file(1)). */
const APPLICATION = 0x53444f47;

/** The number of the shape a history has; 0 for a file that was just made.
 * @throws Trouble when it is none of ours, or newer than this code */
export function shape(database: Database, file: string): number {
  const application = database.pragma("application_id", { simple: true }) as number;
  const version = database.pragma("user_version", { simple: true }) as number;
  const empty = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
  if (application !== APPLICATION && !(empty && version === 0)) {
    throw new Trouble(`${file} is an SQLite file, but no history of Sheepdog`, {
      advice: "move it away, or set another state directory",
    });
  }
  if (version > MIGRATIONS.length) {
    throw new Trouble(
      `the history ${file} has shape ${version}, this Sheepdog knows up to ${MIGRATIONS.length}`,
      {
        advice:
          "it was written by a newer version: install that one again, or restore the backup from before; nothing was changed",
      },
    );
  }
  return version;
}

/** Brings a history to the shape this code speaks, in one transaction: a kill leaves the old one whole. */
export function migrate(database: Database, file: string): void {
  if (shape(database, file) === MIGRATIONS.length) return;
  database
    .transaction(() => {
      for (const name of MIGRATIONS.slice(shape(database, file))) database.exec(sql(name));
      database.pragma(`application_id = ${APPLICATION}`);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}

/** @throws Trouble when a history does not have the shape that this code reads */
export function current(database: Database, file: string): void {
  if (shape(database, file) === MIGRATIONS.length) return;
  throw new Trouble(`the history ${file} has an older shape than this Sheepdog reads`, {
    advice: "start sheepdog-handler of this version once; it brings the history up to date",
  });
}
