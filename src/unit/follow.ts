import type { Bark } from "../bark.ts";
import type { Batch } from "../history/batch.ts";
import { derivedId } from "../id.ts";
import type { Wanted } from "../plugin/actions.ts";
import { unread } from "../plugin/content.ts";
import type { Receiver, Receivers } from "../plugin/receivers.ts";
import type { Notice } from "../notice.ts";
import type { Judging } from "../policy/decide.ts";
import { audience } from "../policy/recipients.ts";
import { printable } from "../printable.ts";
import { iso } from "../time.ts";
import { explain } from "../trouble.ts";

/** What follows from a bark besides its being kept and judged. */
export type Follows =
  | { readonly kind: "nothing" }
  | { readonly kind: "wanted"; readonly wanted: Wanted }
  /** A program is asked, by the queue `receive`. */
  | { readonly kind: "ask" }
  /** Its receiver does not do its work: the bark is handled as if there were none. */
  | { readonly kind: "fault"; readonly fault: string };

/** Barks that other barks have brought about bear this monitor, which no plugin has: so nothing sets itself off. */
const MONITOR = "receiver";
const NOTHING: Follows = { kind: "nothing" };
const ASK: Follows = { kind: "ask" };

/** Asks the receiver of a bark.
 * @throws Unloaded */
export function follows(bark: Bark, receivers: Receivers): Follows {
  const receiver: Receiver = receivers.get(bark.monitor);
  if (receiver.kind === "none" || unread(bark)) return NOTHING;
  if (receiver.kind === "outside") return ASK;
  try {
    return { kind: "wanted", wanted: receiver.receive(bark) };
  } catch (error) {
    return { kind: "fault", fault: explain(error) };
  }
}

/** Puts in motion what a receiver wants. All names follow from that of the bark: done twice, it is done once.
 * @returns who is to be told what */
export function carryOut(
  { notices, barks }: Wanted,
  bark: Bark,
  batch: Batch,
  judging: Judging,
): readonly Notice[] {
  for (const [at, one] of barks.entries()) {
    const { id, time, host, user } = bark;
    const base = { time, host, ...(user === undefined ? {} : { user }) };
    const made = { ...base, ...one, id: derivedId(id, "bark", String(at)), monitor: MONITOR };
    batch.post("barks", JSON.stringify(made));
  }
  return notices.map(({ summary, text, to }, at) => {
    const about = { ...bark, summary: printable(summary), ...(to === undefined ? {} : { mailto: to }) };
    const who = audience(about, about.level, judging);
    return {
      id: derivedId(bark.id, "notice", String(at)),
      kind: "note",
      level: about.level,
      everyone: who.to,
      time: iso(judging.now),
      ...(who.remarks.length === 0 ? {} : { remarks: who.remarks }),
      ...(text === undefined ? {} : { text }),
      bark: about,
    };
  });
}

/** The bark that says how a receiver does: one subject a plugin. Told once by the policy, as any other. */
export function health(bark: Bark, server: string, fault: string | undefined): string {
  const plugin = bark.monitor;
  return JSON.stringify({
    id: derivedId(bark.id, "health", plugin),
    time: bark.time,
    host: server,
    tag: `receiver ${plugin}`,
    monitor: MONITOR,
    level: fault === undefined ? "ok" : "unknown",
    summary:
      fault === undefined
        ? `the receiver of ${plugin} works`
        : printable(`the receiver of ${plugin} failed at a bark of ${bark.host}: ${fault}`).slice(0, 1000),
  });
}
