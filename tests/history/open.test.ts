import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { openHistory } from "../../src/history/open.ts";
import { Reader } from "../../src/history/reader.ts";
import { Writer } from "../../src/history/writer.ts";
import { explain } from "../../src/trouble.ts";
import { folder } from "../support/folder.ts";

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.equal((error as Error).name, "Trouble", String(error));
    return explain(error);
  }
  return assert.fail("it was not refused");
};

test("a new history is made with safe settings, and its file is for owner and group alone", (t) => {
  const file = join(folder(t), "deep", "state", "history.db");
  const database = openHistory(file, { readonly: false });
  const pragma = (name: string): unknown => database.pragma(name, { simple: true });
  assert.equal(pragma("journal_mode"), "wal");
  assert.equal(pragma("synchronous"), 2);
  assert.equal(pragma("page_size"), 16_384);
  assert.equal(pragma("busy_timeout"), 5000);
  assert.equal(pragma("user_version"), 4);
  assert.equal((pragma("application_id") as number).toString(16), "53444f47");
  assert.equal(statSync(file).mode & 0o007, 0);
  assert.equal(statSync(`${file}-wal`).mode & 0o007, 0);
  database.close();
});

test("a history is opened again and again without being changed", (t) => {
  const file = join(folder(t), "history.db");
  new Writer(file)[Symbol.dispose]();
  const before = readFileSync(file);
  new Writer(file)[Symbol.dispose]();
  assert.deepEqual(readFileSync(file), before);
});

test("a history of a newer Sheepdog is refused, with the cure, and not touched", (t) => {
  const file = join(folder(t), "history.db");
  new Writer(file)[Symbol.dispose]();
  const database = new Sqlite(file);
  database.pragma("user_version = 99");
  database.close();
  const before = readFileSync(file);
  assert.match(
    refusal(() => new Writer(file)),
    /shape 99.*newer version/,
  );
  assert.match(
    refusal(() => new Reader(file)),
    /shape 99.*newer version/,
  );
  assert.deepEqual(readFileSync(file), before);
});

test("an SQLite file of somebody else's, or no SQLite file, is refused and not touched", (t) => {
  const home = folder(t);
  const file = join(home, "history.db");
  const other = new Sqlite(file);
  other.exec("CREATE TABLE song (title TEXT)");
  other.close();
  const before = readFileSync(file);
  assert.match(
    refusal(() => new Writer(file)),
    /no history of Sheepdog/,
  );
  assert.deepEqual(readFileSync(file), before);
  writeFileSync(
    file,
    "not a database at all, but long enough to have a header of one hundred bytes or more.".repeat(3),
  );
  assert.match(
    refusal(() => new Writer(file)),
    /SQLITE_NOTADB.*restore a backup/,
  );
  assert.match(
    refusal(() => new Reader(file)),
    /SQLITE_NOTADB/,
  );
});

test("where there is no history yet, whoever asks is told how it comes about, and none is made", (t) => {
  const home = folder(t);
  assert.match(
    refusal(() => new Reader(join(home, "history.db"))),
    /no history.*sheepdog-handler/,
  );
  assert.match(
    refusal(() => new Reader(join(home, "absent", "history.db"))),
    /no history/,
  );
  assert.deepEqual(readdirSync(home), []);
});

test("a folder that cannot be written to is named, with what to check", (t) => {
  const home = folder(t);
  writeFileSync(join(home, "state"), "a file where the folder should be");
  assert.match(
    refusal(() => new Writer(join(home, "state", "history.db"))),
    /cannot make the history .*(EEXIST|ENOTDIR).*folder/,
  );
});

test("a user who may not read the history is told whom to ask", {
  skip: process.getuid?.() !== 0 && "only root can become another user",
}, (t) => {
  const home = folder(t);
  const file = join(home, "history.db");
  const writer = new Writer(file);
  chmodSync(home, 0o755);
  const reader = JSON.stringify(new URL("../../src/history/reader.js", import.meta.url).href);
  const ask = `import(${reader}).then(({ Reader }) => { try { console.log(new Reader(${JSON.stringify(file)}).herd().subjects) } catch (error) { console.log(error.name, error.message, error.advice) } })`;
  const asNobody = (): string =>
    spawnSync(process.execPath, ["-e", ask], { uid: 65_534, gid: 65_534, encoding: "utf8" }).stdout.trim();
  assert.match(asNobody(), /^Trouble cannot read the history .*EACCES.* root/);
  // A member of the group reads while the handler writes, without the right to write.
  for (const name of readdirSync(home)) chmodSync(join(home, name), 0o644);
  assert.equal(asNobody(), "0");
  writer[Symbol.dispose]();
  assert.match(asNobody(), /^(0$|Trouble .*while sheepdog-handler runs)/);
});
