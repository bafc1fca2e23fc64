import type { Database } from "better-sqlite3";
import { Trouble } from "../trouble.ts";
import { compareVersions } from "../versions.ts";

/** What SQLite cannot say itself. */
export function equip(database: Database): void {
  const how = { deterministic: true };
  database.function("sheepdog_version", how, (one, other) => compareVersions(String(one), String(other)));
  database.function("sheepdog_re", how, (text, pattern) =>
    regexOf(String(pattern)).test(String(text)) ? 1 : 0,
  );
  database.function("sheepdog_tick", { ...how, varargs: true }, tick);
}

/** When what is asked at present must have its answer, by the clock of `performance`. There is one question at a time:
 * nothing else goes on in this process meanwhile. */
let until = Infinity;
let rows = 0;

/** Called for each row that a counted statement looks at: SQLite listens to nobody else while it works. */
function tick(): number {
  if (++rows % OFTEN === 0 && performance.now() > until)
    throw new Trouble("it takes too long", { advice: "ask for less" });
  return 1;
}
const OFTEN = 64;

/** Has a counted statement end when its time is over.
 * @param span  milliseconds
 * @throws Trouble then */
export function timed<Value>(span: number, work: () => Value): Value {
  until = performance.now() + span;
  try {
    return work();
  } finally {
    until = Infinity;
  }
}

const known = new Map<string, RegExp>();
function regexOf(pattern: string): RegExp {
  let found = known.get(pattern);
  if (found === undefined) {
    try {
      found = new RegExp(pattern, "u");
    } catch {
      throw new Trouble(`"${pattern}" is no regular expression`, {
        advice: "it is written as in JavaScript",
      });
    }
    if (known.size > 1000) known.clear();
    known.set(pattern, found);
  }
  return found;
}
