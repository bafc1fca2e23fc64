import { isAddress } from "../address.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import type { Epoch } from "../time.ts";
import { domainOf, qualify } from "./address.ts";
import { body } from "./body.ts";
import { line } from "./clip.ts";
import { headline } from "./headline.ts";
import type { Letter } from "./letter.ts";
import { ordered } from "./order.ts";
import { messageId, threads } from "./threads.ts";

/** What a letter needs to know besides its parcel. */
export interface Desk {
  /** What this machine is called: the right-hand side of Message-IDs and of login names. */
  readonly name: string;
  /** Sender; when absent sheepdog@ this machine. */
  readonly from?: string | undefined;
  readonly now: Epoch;
}

/** A parcel as a letter. Pure: the same parcel is the same letter, whenever it is sent again. */
export function compose(given: Parcel, desk: Desk): Letter {
  const parcel = { ...given, notices: ordered(given.notices) };
  const domain = domainOf(desk.name);
  const released = Date.parse(parcel.time);
  return {
    from: desk.from ?? `Sheepdog <sheepdog@${domain}>`,
    to: readers(parcel).map((address) => qualify(address, domain)),
    subject: headline(parcel),
    text: body(parcel, desk.name),
    date: new Date(Number.isNaN(released) ? desk.now : released),
    messageId: messageId(parcel.id, domain),
    ...threads(parcel, domain),
    headers: {
      // RFC 3834, and what Exchange obeys: nobody's holiday message comes back.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      ...ours(parcel),
    },
  };
}

/** Which addresses can stand in the header of a letter to somebody else: not every server takes one with other signs
 * before the @ (RFC 6532), so that is only asked of the server of whoever has it. */
const PLAIN = /^[\x21-\x7e]+(?:@|$)/;

/** All who are told all of it, as far as they are addresses; at most 50 are shown. */
function readers({ to, notices }: Parcel): readonly string[] {
  const [first, ...others] = notices.map(({ everyone }) => new Set(everyone));
  const all = [...(first ?? [])].filter(
    (one) => isAddress(one) && PLAIN.test(one) && others.every((told) => told.has(one)),
  );
  const shown = all.slice(0, 50);
  return shown.includes(to) ? shown : [to, ...shown];
}

/** What filters look for in a header. */
const FILTERED: Readonly<Record<string, (notice: Notice) => string>> = {
  Host: ({ bark }) => bark.host,
  Tag: ({ bark }) => bark.tag,
  Level: ({ level }) => level,
  Bark: ({ bark }) => bark.id,
};

/** Each where all the notices have it in common. */
function ours({ notices }: Parcel): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, of] of Object.entries(FILTERED)) {
    const [value, ...others] = new Set(notices.map(of));
    if (value !== undefined && others.length === 0) headers[`X-Sheepdog-${name}`] = line(value, 200);
  }
  return notices.length === 1 ? headers : { ...headers, "X-Sheepdog-Notices": String(notices.length) };
}
