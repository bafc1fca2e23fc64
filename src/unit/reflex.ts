import type { Bark } from "../bark.ts";
import type { Config } from "../config/schema.ts";
import type { Reader } from "../history/reader.ts";
import type { Held } from "../history/reactions.ts";
import { MOST_HOSTS } from "../job/request.ts";
import { printable } from "../printable.ts";
import { askBark, heldBark, overBark, type Saying } from "../reaction/bark.ts";
import { reactionsKey } from "../reaction/key.ts";
import { subjectOf } from "../reaction/statement.ts";
import { type Reacted, reactionsOf, type Wanted } from "../rules/react.ts";
import type { Epoch } from "../time.ts";
import { explain } from "../trouble.ts";
import type { Asking } from "./asking.ts";

/** Answers of which it is said that nothing comes of them. */
const SHOWN = 5;

/** By whom it is said, and how far it may go. */
interface Guard {
  /** Folder of the handler's state. */
  readonly state: string;
  readonly config: Pick<Config, "name" | "reactions">;
  readonly say: (line: string) => void;
}

/** What the rules in force have machines do, as barks. What was asked already, and what is held back and was said to be,
 * the history knows.
 * @throws Trouble when there is no answer */
export const reactedBy = async (asking: Asking, guard: Guard): Promise<readonly Bark[]> =>
  spoken(asked(asking, guard), asking.now, guard);

/** What there is to say of one. */
type News =
  | { readonly kind: "ask"; readonly wanted: Wanted; readonly before: string }
  | { readonly kind: "held"; readonly wanted: Wanted; readonly before: string; readonly why: Held }
  | { readonly kind: "over"; readonly wanted: Omit<Wanted, "hosts">; readonly before: string };

const asked = (asking: Asking, { config, say }: Guard): readonly News[] =>
  asking.ask("react", ({ asker, reader, query }) => {
    const reacted = reactionsOf(asker, query);
    for (const odd of reacted.odd.slice(0, SHOWN)) say(printable(`nobody is asked for ${odd}`));
    if (!reacted.whole) say("there are more answers of react than 10000; nothing comes of the others");
    return newsOf(reacted, reader, config.reactions, asking.now);
  });

/** What is new: machines that are to be asked and were not, reasons not to, and what is answered no more. */
function newsOf(
  { wanted, whole }: Reacted,
  reader: Reader,
  { dry, limit: most }: Config["reactions"],
  now: Epoch,
): readonly News[] {
  const halted = reader.halted() !== undefined;
  let room = most - reader.reacting(now);
  const news: News[] = [];
  for (const one of wanted) {
    const known = reader.reaction(subjectOf(one));
    const done = new Set(known?.lasts === true ? known.hosts : []);
    const hosts = one.hosts.filter((host) => !done.has(host)).slice(0, MOST_HOSTS);
    if (hosts.length === 0) continue;
    const [before, about] = [known?.bark ?? "", { ...one, hosts }];
    const why = dry ? "dry" : halted ? "halted" : room <= 0 ? "limited" : undefined;
    if (why === undefined) {
      room -= 1;
      news.push({ kind: "ask", wanted: about, before });
    } else if (known?.lasts !== true || known.held !== why)
      news.push({ kind: "held", wanted: about, before, why });
  }
  // Where there are more answers than were looked at, what is over is not known.
  if (!whole) return news;
  const lasting = new Set(wanted.map(subjectOf));
  const over = reader.reactions().filter(({ tag }) => !lasting.has(tag));
  return [...news, ...over.map(({ bark, ...rest }): News => ({ kind: "over", wanted: rest, before: bark }))];
}

async function spoken(
  news: readonly News[],
  now: Epoch,
  { state, config, say }: Guard,
): Promise<readonly Bark[]> {
  if (news.length === 0) return [];
  const { name, reactions } = config;
  const saying: Saying = { name, now, ...reactionsKey(state), ...reactions };
  const barks: Bark[] = [];
  for (const one of news)
    try {
      barks.push(await spokenOne(one, saying));
    } catch (error) {
      // One that cannot be said holds up no other.
      if ((error as Error).name !== "Trouble") throw error;
      say(printable(`nobody is asked for ${subjectOf(one.wanted)}: ${explain(error)}`));
    }
  return barks;
}

function spokenOne(one: News, saying: Saying): Promise<Bark> {
  const { before } = one;
  const deed = { job: one.wanted.job, args: one.wanted.args };
  if (one.kind === "over") return overBark(deed, before, saying);
  return one.kind === "ask"
    ? askBark(deed, one.wanted.hosts, before, saying)
    : heldBark(deed, one.wanted.hosts, one.why, before, saying);
}
