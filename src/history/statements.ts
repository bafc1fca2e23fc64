import type { Database, Statement } from "better-sqlite3";
import { sql } from "./sql.ts";

/** What the writer says to SQLite, prepared once. Each is explained in the file of its name. */
export type Statements = Readonly<Record<(typeof NAMES)[number], Statement>>;

const NAMES = [
  "bark",
  "same",
  "twin",
  "subject",
  "meet",
  "seen",
  "turn",
  "regard",
  "disregard",
  "wakeful",
  "awaken",
  "newest",
  "subjects",
  "troubles",
  "close",
  "resume",
  "spell",
  "then",
  "next",
  "cut",
  "drop",
  "notice",
  "untold",
  "gathered",
  "release",
  "released",
  "parcel",
  "parcels",
  "unparcel",
  "silences",
  "silence",
  "unsilence",
  "rounds",
  "made",
  "buried",
  "blind",
  "blinded",
  "blindness",
  "past",
  "facts",
  "learn",
  "unlearn",
  "post",
  "waiting",
  "posted",
] as const;

export function prepare(database: Database): Statements {
  return Object.fromEntries(NAMES.map((name) => [name, database.prepare(sql(name))])) as Statements;
}
