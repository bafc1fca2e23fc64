import { createHash } from "node:crypto";
import { isAddress } from "../address.ts";
import type { Notice } from "../notice.ts";
import { printable } from "../printable.ts";
import type { Epoch } from "../time.ts";
import { domainOf, qualify } from "./address.ts";
import { body } from "./body.ts";
import { clip, headline } from "./headline.ts";
import type { Letter } from "./letter.ts";

/** What a letter needs to know besides its notice. */
export interface Desk {
  /** What this machine is called: the right-hand side of Message-IDs and of login names. */
  readonly name: string;
  /** Sender; when absent sheepdog@ this machine. */
  readonly from?: string | undefined;
  readonly now: Epoch;
}

/** A notice as a letter. Pure: the same notice is the same letter, whenever it is sent again. */
export function compose(notice: Notice, desk: Desk): Letter {
  const { bark } = notice;
  const domain = domainOf(desk.name);
  const decided = Date.parse(notice.time);
  const first =
    notice.thread === undefined || notice.thread === notice.id ? undefined : messageId(notice.thread, domain);
  return {
    from: desk.from ?? `Sheepdog <sheepdog@${domain}>`,
    to: readers(notice).map((address) => qualify(address, domain)),
    subject: headline(notice),
    text: body(notice, desk.name),
    date: new Date(Number.isNaN(decided) ? desk.now : decided),
    messageId: messageId(notice.id, domain),
    ...(first === undefined ? {} : { thread: first }),
    headers: {
      // RFC 3834, and what Exchange obeys: nobody's holiday message comes back.
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      "X-Sheepdog-Host": value(bark.host),
      "X-Sheepdog-Tag": value(bark.tag),
      "X-Sheepdog-Level": bark.level,
      "X-Sheepdog-Bark": value(bark.id),
    },
  };
}

/** All who are told, as far as they are addresses; at most 50 are shown. */
function readers({ to, everyone }: Notice): readonly string[] {
  const all = everyone.filter((one): one is string => typeof one === "string" && isAddress(one)).slice(0, 50);
  return all.includes(to) ? all : [to, ...all];
}

const value = (text: string): string => clip(printable(text).trim(), 200);

function messageId(notice: string, domain: string): string {
  const safe = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(notice);
  return `<${safe ? notice : createHash("sha256").update(notice).digest("hex").slice(0, 32)}@sheepdog.${domain}>`;
}
