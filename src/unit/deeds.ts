import { type Bark, LIMITS } from "../bark.ts";
import type { Halt } from "../history/reactions.ts";
import type { Deed } from "../operator/deed.ts";
import { derivedId, makeId } from "../id.ts";
import { RULES } from "../monitors.ts";
import { audience } from "../policy/recipients.ts";
import { printable } from "../printable.ts";
import type { Regard } from "../subject.ts";
import { epoch, iso } from "../time.ts";
import { type Hearing, judgingOf, tell, wakeOf } from "./hearing.ts";

/** Does what an operator asks, who was found to be one. Who it was is kept with it.
 * @param principal  as the list of operators calls them; "local" for the administrators of this machine */
export function obey(deed: Deed, principal: string, hearing: Hearing): void {
  const { batch, now } = hearing;
  const by = principal === "local" ? deed.by : principal;
  switch (deed.kind) {
    case "silence": {
      const { id, host, tag, why } = deed;
      const silence = { id, host, tag, since: now, until: epoch(Date.parse(deed.until)), by, why };
      batch.silences.add(silence);
      hearing.silences.push(silence);
      return batch.awaken();
    }
    case "end":
      batch.silences.end(deed.id, now);
      hearing.silences.splice(0, Infinity, ...batch.silences.list(now));
      return batch.awaken();
    case "ack":
      return acknowledge(deed, { by, why: deed.why, time: now }, hearing);
    case "unack":
      return acknowledge(deed, undefined, hearing);
    case "halt":
      return halt({ since: now, by, why: deed.why }, hearing);
    case "resume":
      return resume(by, hearing);
    default:
      deed satisfies never;
  }
}

/** No rule has anything done any more. That is a state of the handler's machine, seen by all. */
function halt(halt: Halt, hearing: Hearing): void {
  const { batch } = hearing;
  if (batch.reactions.halted() !== undefined) return;
  batch.reactions.halt(halt);
  braked("warning", `halted by ${halt.by}: ${halt.why}`, hearing);
}

function resume(by: string, hearing: Hearing): void {
  if (!hearing.batch.reactions.resume(hearing.now)) return;
  // What is so still is done now.
  hearing.stirs = true;
  braked("ok", `no more halted, as ${by} asked`, hearing);
}

function braked(level: "ok" | "warning", summary: string, hearing: Hearing): void {
  const { batch, now, settings } = hearing;
  const bark: Bark = {
    id: makeId(now),
    time: iso(now),
    host: settings.name,
    tag: "REACTIONS",
    monitor: RULES,
    level,
    summary: printable(summary).slice(0, LIMITS.summary),
  };
  batch.post("barks", JSON.stringify(bark));
  hearing.told = true;
}

/** Somebody takes care of a trouble, or does no more. What is well has nothing to take care of. */
function acknowledge(
  { host, tag }: Pick<Bark, "host" | "tag">,
  ack: NonNullable<Regard["ack"]> | undefined,
  hearing: Hearing,
): void {
  const remembered = hearing.batch.subject(host, tag);
  const { subject } = remembered;
  if (subject === undefined || subject.level === "ok") return;
  const { ack: _, ...rest } = subject.regard ?? {};
  const changed = { ...subject, regard: ack === undefined ? rest : { ...rest, ack } };
  hearing.batch.remember(remembered, changed, wakeOf(changed, judgingOf(subject, hearing)), false);
}

/** What was asked by somebody who may not is not done, and told. */
export function refuse(bark: Bark, why: string, hearing: Hearing): void {
  const { now } = hearing;
  const summary = printable(
    `what ${bark.user ?? "somebody"} on ${bark.host} asked was refused: ${why}`,
  ).slice(0, 1000);
  const { to } = audience({}, "warning", judgingOf(bark, hearing));
  if (to.length === 0) return;
  const { content: _, mailto: __, ...asked } = bark;
  const without: Bark = { ...asked, level: "warning", summary };
  tell(
    {
      id: derivedId(bark.id, "refused"),
      kind: "note",
      level: "warning",
      everyone: to,
      time: iso(now),
      bark: without,
    },
    undefined,
    hearing,
  );
}
