import { join } from "node:path";
import type { Bark } from "../bark.ts";
import { Asker } from "../history/asker.ts";
import { Reader } from "../history/reader.ts";
import { limit } from "../limit.ts";
import { printable } from "../printable.ts";
import { alarms, answersOf } from "../rules/alert.ts";
import { relationsOf } from "../rules/relations.ts";
import type { Text } from "../rules/text.ts";
import { type Epoch, formatSpan, seconds } from "../time.ts";

/** How long rules may take. The unit has a minute in all. */
const LONGEST = seconds(30);
const WORDS = `sheepdog-rounds: the rules of alert have no answer within ${formatSpan(LONGEST)}: ask for less in them; \`sheepdog rules test\` shows how long they take\n`;
/** Answers of which it is said that nothing can be barked of them. */
const SHOWN = 5;

/** Whose rules, and what they are asked of. */
interface Guard {
  readonly texts: readonly Text[];
  /** Folder of the handler's state. */
  readonly state: string;
  readonly now: Epoch;
  readonly say: (line: string) => void;
}

/** What the rules in force have to say at the rounds, as barks.
 * @throws Trouble when the history cannot be read, or there is no answer */
export async function alarmedBy(guard: Guard): Promise<readonly Bark[]> {
  return alarmed(guard, await import("../rules/book.ts"));
}

function alarmed(
  { texts, state, now, say }: Guard,
  { read, hookQuery }: typeof import("../rules/book.ts"),
): readonly Bark[] {
  using asker = new Asker(join(state, "history.db"));
  using reader = new Reader(join(state, "history.db"));
  // SIGTERM would wait for the loop, and the loop for SQLite.
  using _ = limit(LONGEST, WORDS, "SIGKILL");
  const answered = answersOf(asker, hookQuery("alert", read(texts, relationsOf(asker)), now));
  for (const odd of answered.odd.slice(0, SHOWN)) say(printable(`nothing is barked of ${odd}`));
  if (answered.odd.length > SHOWN)
    say(`nor of ${answered.odd.length - SHOWN} more answers; see \`sheepdog rules test\``);
  if (!answered.whole)
    say("there are more answers of alert than 1000; nothing is said of the others, and of what is over");
  return alarms(answered, reader, now);
}
