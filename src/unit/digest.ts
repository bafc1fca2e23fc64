import type { Ailment } from "../history/reader.ts";
import { makeId } from "../id.ts";
import type { Digest, Line, Parcel } from "../parcel.ts";
import { when } from "../clock.ts";
import { STATES } from "../bark.ts";
import { type Epoch, iso } from "../time.ts";
import type { Hearing } from "./hearing.ts";

/** Lines that each part of a digest has at the most. */
const LINES = 100;

/** What is known without looking. */
interface Span {
  /** When the last one was sent. */
  readonly since: Epoch;
  /** How many messages went to dead since then. */
  readonly buried: number;
}

/** Sends the digest of the day to everybody who is told by default. */
export function sendDigest(span: Span, hearing: Hearing): void {
  const { batch, now, settings } = hearing;
  const digest = digestOf(span, hearing);
  for (const to of settings.mail.to ?? ["root"]) {
    const parcel: Parcel = { id: makeId(now), to, time: iso(now), notices: [], digest };
    batch.post("mail", JSON.stringify(parcel));
  }
  hearing.told = true;
}

function digestOf({ since, buried }: Span, { batch, now }: Hearing): Digest {
  const troubles = [...batch.digest.open()].sort(
    (one, other) => STATES.indexOf(other.level) - STATES.indexOf(one.level) || one.since - other.since,
  );
  const open = troubles.filter(({ level }) => level !== "missing").map(line);
  const missing = troubles.filter(({ level }) => level === "missing").map(line);
  const past = batch.digest
    .past(since, now, LINES + 1)
    .map((spell) => ({ ...line({ ...spell, summary: "", bark: "" }), until: iso(spell.until) }));
  const own = [
    ...batch.digest
      .blind(since, now)
      .map((one) => `Nobody looked from ${when(one.since, "minute")} to ${when(one.until, "minute")}.`),
    ...(buried === 0
      ? []
      : [`${buried} ${buried === 1 ? "message" : "messages"} could not be handled: sheepdog dead list`]),
  ];
  const more = Object.fromEntries(
    Object.entries({ open, missing, past })
      .map(([name, lines]) => [name, lines.length - LINES] as const)
      .filter(([, left]) => left > 0),
  );
  return {
    since: iso(since),
    until: iso(now),
    open: open.slice(0, LINES),
    past: past.slice(0, LINES),
    missing: missing.slice(0, LINES),
    own,
    ...(Object.keys(more).length === 0 ? {} : { more }),
  };
}

const line = ({ host, tag, level, since, summary, bark }: Ailment): Line => ({
  host,
  tag,
  level,
  since: iso(since),
  summary,
  bark,
});
