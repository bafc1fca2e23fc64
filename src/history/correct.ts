import type { Level, State } from "../bark.ts";
import { type Epoch, epoch } from "../time.ts";
import type { Statements } from "./statements.ts";

/** How far the bark that follows is looked for: the index by time has those of the whole herd. Milliseconds. */
const FAR = 86_400_000;

interface Spell {
  readonly seq: number;
  readonly level: State;
  readonly since: Epoch;
  readonly until: Epoch | null;
}

/** A bark came late: the spell it falls into was another one from then until the next bark.
 * @param newest  of the newest bark about the subject
 * @returns since when the spell that lasts has lasted, where that is another moment now */
export function correct(
  statements: Statements,
  {
    host,
    tag,
    level,
    at,
  }: { readonly host: string; readonly tag: string; readonly level: Level; readonly at: Epoch },
  newest: Epoch,
): Epoch | undefined {
  const spell = statements.then.get(host, tag, at, at) as Spell | undefined;
  if (spell === undefined || spell.level === level) return undefined;
  const end = spell.until ?? newest;
  const row = statements.next.get(at, Math.min(end, at + FAR), host, tag) as { time: Epoch } | undefined;
  const next = epoch(Math.min(end, row?.time ?? end));
  if (next <= at) return undefined;
  if (spell.since === at) statements.drop.run(spell.seq);
  else statements.cut.run(at, spell.seq);
  statements.spell.run(host, tag, level, at, next);
  if (spell.until === null || next < spell.until)
    statements.spell.run(host, tag, spell.level, next, spell.until);
  return spell.until === null ? next : undefined;
}
