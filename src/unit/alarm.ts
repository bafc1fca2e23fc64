import type { Bark } from "../bark.ts";
import { printable } from "../printable.ts";
import { alarms, answersOf } from "../rules/alert.ts";
import type { Asking } from "./asking.ts";

/** Answers of which it is said that nothing can be barked of them. */
const SHOWN = 5;

/** What the rules in force have to say at the rounds, as barks.
 * @param say  takes a line for whoever runs the unit
 * @throws Trouble when there is no answer */
export const alarmedBy = (asking: Asking, say: (line: string) => void): readonly Bark[] =>
  asking.ask("alert", ({ asker, reader, query }) => {
    const answered = answersOf(asker, query);
    for (const odd of answered.odd.slice(0, SHOWN)) say(printable(`nothing is barked of ${odd}`));
    if (answered.odd.length > SHOWN)
      say(`nor of ${answered.odd.length - SHOWN} more answers; see \`sheepdog rules test\``);
    if (!answered.whole)
      say("there are more answers of alert than 1000; nothing is said of the others, and of what is over");
    return alarms(answered, reader, asking.now);
  });
