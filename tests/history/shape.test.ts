import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import Sqlite from "better-sqlite3";
import { Reader } from "../../src/history/reader.ts";
import { sql } from "../../src/history/sql.ts";
import { Writer } from "../../src/history/writer.ts";
import { epoch } from "../../src/time.ts";
import { folder } from "../support/folder.ts";
import { kept } from "../support/kept.ts";

test("a history of the shape before knows of reactions once the handler has opened it, and has lost nothing", (t) => {
  const file = join(folder(t), "history.db");
  const old = new Sqlite(file);
  for (const name of ["0001", "0002", "0003"]) old.exec(sql(name));
  old.pragma("application_id = 0x53444f47");
  old.pragma("user_version = 3");
  old.exec(
    "INSERT INTO bark VALUES (1, 'a', 1, 1, 'nas', 'SCRUB', 'error', 'fail', 'x', NULL, '{}'); INSERT INTO subject VALUES (1, 'nas', 'SCRUB', 'fail', 1, 1, 1)",
  );
  old.close();
  assert.throws(() => new Reader(file), /older shape/);
  const reaction = {
    tag: "react ban",
    job: "ban",
    args: {},
    bark: "b",
    lasts: true,
    hosts: ["web1"],
    held: undefined,
  };
  {
    using writer = new Writer(file);
    writer.transaction((batch) => {
      batch.keep(kept("b", "ok", 1));
      batch.reactions.set(reaction);
      batch.reactions.set({ ...reaction, tag: "react over", lasts: false });
      batch.reactions.asked("r", epoch(10));
      batch.reactions.asked("r", epoch(10));
      batch.reactions.halt({ since: epoch(5), by: "alice", why: "so" });
    });
  }
  using reader = new Reader(file);
  assert.deepEqual(reader.reactions(), [reaction]);
  assert.equal(reader.reaction("react over")?.lasts, false);
  assert.deepEqual(
    [11, 10 + 3_600_000].map((now) => reader.reacting(epoch(now))),
    [1, 0],
  );
  assert.deepEqual(reader.halted(), { since: 5, by: "alice", why: "so" });
  assert.equal(reader.troubles().length, 1);
});
