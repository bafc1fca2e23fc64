import { createHash } from "node:crypto";
import type { Parcel } from "../parcel.ts";

/** Where a letter belongs (RFC 5322, 3.6.4). */
export interface Threads {
  /** The first letter of the one trouble that it is about. */
  readonly inReplyTo?: string;
  /** The troubles that it is about. */
  readonly references: readonly string[];
}

/** Troubles that a letter refers to: mail programs keep no more, and servers refuse headers without end. */
const MOST = 10;

/** Letters about one trouble have its thread in common, also where the first of them was about several: then no letter
 * bears that name, and mail programs still put together what refers to it.
 * @param domain  right-hand side of Message-IDs */
export function threads({ id, notices }: Parcel, domain: string): Threads {
  const all = [...new Set(notices.map((notice) => notice.thread ?? notice.id))];
  const references = all
    .filter((thread) => thread !== id)
    .slice(0, MOST)
    .map((thread) => messageId(thread, domain));
  const [first] = references;
  const later = notices.every((notice) => notice.thread !== undefined && notice.thread !== notice.id);
  return first !== undefined && all.length === 1 && later ? { inReplyTo: first, references } : { references };
}

/** The Message-ID of what has a name of ours. */
export function messageId(id: string, domain: string): string {
  const safe = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id);
  return `<${safe ? id : createHash("sha256").update(id).digest("hex").slice(0, 32)}@sheepdog.${domain}>`;
}
