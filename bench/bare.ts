// The reference of bench/handler.ts: the same rows into the same table with the same indexes and pragmas, by
// better-sqlite3 alone, in transactions of 1,000. Prints rows a second.
import { parseBark } from "../src/bark.ts";
import { openHistory } from "../src/history/open.ts";
import { sql } from "../src/history/sql.ts";
import { barkText } from "./barks.ts";

const [file = "", count = "0"] = process.argv.slice(2);
const total = Number(count);
const database = openHistory(file, { readonly: false });
const insert = database.prepare(sql("bark"));
const rows = Array.from({ length: total }, (_, at) => {
  const body = barkText(at);
  const parsed = parseBark(body, { id: String(at), time: "2026-01-01T00:00:00Z" });
  if (!parsed.ok) throw new Error(parsed.fault);
  const { id, time, host, tag, monitor, level, summary, elapsed } = parsed.value;
  return [id, Date.parse(time), Date.now(), host, tag, monitor, level, summary, elapsed ?? null, body];
});
const since = process.hrtime.bigint();
for (let at = 0; at < total; at += 1000)
  database.transaction(() => {
    for (const row of rows.slice(at, at + 1000)) insert.run(...row);
  })();
console.log(Math.round(total / (Number(process.hrtime.bigint() - since) / 1e9)));
database.close();
