import { Trouble } from "../trouble.ts";

/** What SQLite says when the ground under the file gives way, and what a person does about it. What else it says
 * (a constraint, a type) is about one row. */
const CURES: readonly (readonly [code: string, retry: "later" | "never", advice: string])[] = [
  ["SQLITE_FULL", "later", "make room on its disk; nothing is lost, barks wait in their queue"],
  ["SQLITE_IOERR_SHMSIZE", "later", "make room on its disk; nothing is lost, barks wait in their queue"],
  ["SQLITE_IOERR", "later", "check the disk (`dmesg`, `df`); nothing is lost, barks wait in their queue"],
  ["SQLITE_CANTOPEN", "later", "check that the folder exists, is yours, and has room"],
  [
    "SQLITE_READONLY",
    "later",
    "make file and folder writable for this user, and the disk mounted read-write",
  ],
  ["SQLITE_PERM", "later", "make file and folder writable for this user"],
  ["SQLITE_BUSY", "later", "another process holds it; end whatever writes to it besides sheepdog-handler"],
  ["SQLITE_LOCKED", "later", "another process holds it; end whatever writes to it besides sheepdog-handler"],
  [
    "SQLITE_PROTOCOL",
    "later",
    "another process holds it; end whatever writes to it besides sheepdog-handler",
  ],
  ["SQLITE_NOMEM", "later", "give the handler more memory"],
  ["SQLITE_CORRUPT", "never", "stop the handler, then restore a backup or run `sqlite3 FILE .recover`"],
  ["SQLITE_NOTADB", "never", "this is no SQLite file; move it away, or restore a backup"],
];

/** An error of SQLite as trouble with a file.
 * @returns undefined when the file is not to blame: then it is the row, or a bug */
export function fault(error: unknown, file: string): Trouble | undefined {
  if (error instanceof Trouble) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== "string") return undefined;
  const cure = CURES.find(([known]) => code === known || code.startsWith(`${known}_`));
  if (cure === undefined) return undefined;
  const [, retry, advice] = cure;
  return new Trouble(`cannot use the history ${file} (${code})`, {
    retry,
    advice: advice.replace("FILE", file),
    cause: error,
  });
}
