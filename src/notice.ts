import { type Bark, type Level, readBark } from "./bark.ts";

/** Something a person is told, decided by the policy. The queue `mail` carries one notice a recipient, so that
 * one address that is refused delays or repeats nothing for the others. */
export interface Notice {
  /** The same for all recipients. `id` and `to` together are the idempotency key. */
  readonly id: string;
  /** bad: was well or never heard of; worse: was told as less bad; well: what was told as bad is over;
   * note: what a receiver wants somebody to know, whatever the state is. */
  readonly kind: "bad" | "worse" | "well" | "note";
  /** The recipient of this message, and all who are told the same. */
  readonly to: string;
  readonly everyone: readonly string[];
  /** RFC 3339: when it was decided. */
  readonly time: string;
  /** What was told before, and since when (RFC 3339) that had lasted. */
  readonly previous?: { readonly level: Level; readonly since: string };
  /** Id of the first notice of this trouble, for threading. */
  readonly thread?: string;
  /** What a person should know about how this notice came to them, one sentence each. */
  readonly remarks?: readonly string[];
  /** Of a note: what stands below its summary, which is the one of `bark`. */
  readonly text?: string;
  readonly bark: Bark;
}

/** What names one message to one person, for ever. */
export const noticeKey = (notice: Notice): string => `${notice.id} ${notice.to}`;

/** Reads a notice off the queue. It is ours, but a queue is never trusted.
 * @returns undefined when it is none */
export function parseNotice(text: string): Notice | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined; // not JSON is not a notice
  }
  const notice = raw as Partial<Notice> | null;
  if (typeof notice !== "object" || notice === null) return undefined;
  const { id, to, time, kind, everyone } = notice;
  if (
    typeof id !== "string" ||
    typeof to !== "string" ||
    typeof time !== "string" ||
    !Array.isArray(everyone)
  )
    return undefined;
  if (kind !== "bad" && kind !== "worse" && kind !== "well" && kind !== "note") return undefined;
  const bark = readBark(notice.bark, { id, time });
  return bark.ok ? { ...(notice as Notice), bark: bark.value } : undefined;
}
