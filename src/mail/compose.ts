import { createHash } from "node:crypto";
import { isAddress } from "../address.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import type { Epoch } from "../time.ts";
import { domainOf, qualify } from "./address.ts";
import { body } from "./body.ts";
import { clip, headline } from "./headline.ts";
import type { Letter } from "./letter.ts";

/** What a letter needs to know besides its parcel. */
export interface Desk {
  /** What this machine is called: the right-hand side of Message-IDs and of login names. */
  readonly name: string;
  /** Sender; when absent sheepdog@ this machine. */
  readonly from?: string | undefined;
  readonly now: Epoch;
}

/** A parcel as a letter. Pure: the same parcel is the same letter, whenever it is sent again. */
export function compose({ id, to, time, notices }: Parcel, desk: Desk): Letter {
  const [notice] = notices;
  if (notice === undefined) throw new Error("there is no notice in it");
  const { bark } = notice;
  const domain = domainOf(desk.name);
  const decided = Date.parse(time);
  const first =
    notice.thread === undefined || notice.thread === id ? undefined : messageId(notice.thread, domain);
  return {
    from: desk.from ?? `Sheepdog <sheepdog@${domain}>`,
    to: readers(to, notice).map((address) => qualify(address, domain)),
    subject: headline(notice),
    text: body(notice, desk.name),
    date: new Date(Number.isNaN(decided) ? desk.now : decided),
    messageId: messageId(id, domain),
    ...(first === undefined ? {} : { thread: first }),
    headers: {
      // RFC 3834, and what Exchange obeys: nobody's holiday message comes back.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "X-Sheepdog-Host": value(bark.host),
      "X-Sheepdog-Tag": value(bark.tag),
      "X-Sheepdog-Level": notice.level,
      "X-Sheepdog-Bark": value(bark.id),
    },
  };
}

/** All who are told, as far as they are addresses; at most 50 are shown. */
function readers(to: string, { everyone }: Notice): readonly string[] {
  const all = everyone.filter(isAddress).slice(0, 50);
  return all.includes(to) ? all : [to, ...all];
}

const value = (text: string): string => clip(printable(text).trim(), 200);

function messageId(parcel: string, domain: string): string {
  const safe = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(parcel);
  return `<${safe ? parcel : createHash("sha256").update(parcel).digest("hex").slice(0, 32)}@sheepdog.${domain}>`;
}
