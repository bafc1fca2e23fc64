import type { Bark } from "../bark.ts";
import type { Held, Reaction } from "../history/reactions.ts";
import { requestId, type Statement, subjectOf } from "../reaction/statement.ts";
import { between, epoch } from "../time.ts";
import type { Hearing } from "./hearing.ts";

/** Does what the rounds have said that rules want done: their word is our own, and was found to be. What they knew may
 * be another by now: then nothing comes of it, and the next rounds say how it stands.
 * @returns whether it counts */
export function reacted(bark: Bark, statement: Statement, hearing: Hearing): boolean {
  const { batch, now } = hearing;
  const tag = subjectOf(statement);
  const known = batch.reactions.find(tag);
  if (statement.before !== (known?.bark ?? "")) return false;
  const { job, args } = statement;
  const { expires } = hearing.settings.reactions;
  const base: Reaction = {
    lasts: false,
    hosts: [],
    held: undefined,
    ...known,
    tag,
    job,
    args,
    bark: bark.id,
  };
  const late = Math.abs(between(epoch(Date.parse(statement.time)), now)) > expires;
  const held = statement.kind === "ask" ? obstacle(hearing) : undefined;
  if (late || held !== undefined) {
    // Its id is spent: what is said next has another one.
    batch.reactions.set(base);
    return false;
  }
  batch.reactions.set(after(base, statement));
  if (statement.kind === "ask") send(statement, requestId(bark.id), hearing);
  return true;
}

function after(base: Reaction, statement: Statement): Reaction {
  const hosts = base.lasts ? base.hosts : [];
  switch (statement.kind) {
    case "ask":
      return { ...base, lasts: true, hosts: [...new Set([...hosts, ...statement.hosts])], held: undefined };
    case "held":
      return { ...base, lasts: true, hosts, held: statement.why };
    case "over":
      return { ...base, lasts: false, hosts: [], held: undefined };
    default:
      return statement satisfies never;
  }
}

/** Why nobody is asked now. */
function obstacle({ batch, now, settings: { reactions } }: Hearing): Held | undefined {
  if (reactions.dry) return "dry";
  if (batch.reactions.halted() !== undefined) return "halted";
  return batch.reactions.lately(now) >= reactions.limit ? "limited" : undefined;
}

function send(
  { hosts, request, signature }: Extract<Statement, { readonly kind: "ask" }>,
  id: string,
  hearing: Hearing,
): void {
  const { batch, now } = hearing;
  batch.reactions.asked(id, now);
  for (const host of hosts) batch.post(`jobs:${host}`, JSON.stringify({ request, signature }));
  hearing.told = true;
}
