import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where this file is, sheepdog-rounds.path has the rounds made at once: something has changed that rules of `react` rest
 * on, and an attack does not wait for the minute. Who makes them removes it first; where nobody does (no systemd), it
 * lies there, and the next minute will do. */
export function stir(state: string): void {
  const file = join(state, "stirred");
  if (!existsSync(file)) writeFileSync(file, "", { mode: 0o640 });
}

/** Whether what has changed concerns rules.
 * @param changed  names of relations, `state` among them; what tells of every bark (bark, seen) waits for the minute
 * @param resting  relations that the rules rest on */
export function concerns(changed: ReadonlySet<string>, resting: ReadonlySet<string>): boolean {
  if (changed.size === 0 || resting.size === 0) return false;
  for (const name of resting) if (changed.has(ABOUT[name] ?? name)) return true;
  const facts = changed.size > (changed.has("state") ? 1 : 0);
  return facts && resting.has("known");
}

/** What is as it is because of something else. */
const ABOUT: Readonly<Record<string, string>> = { host: "state" };
