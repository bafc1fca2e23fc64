import { type Epoch, epoch, now } from "../time.ts";
import type { Message, Queue } from "./contract.ts";

/** One entry of a stream as Redis answers it: an id, then names and values in turn; null where it is deleted. */
export type Entry = readonly [id: string, fields: readonly string[] | null];

/** The field that holds a message: "bark" in `barks`, "job" in `jobs:HOST`. */
export const fieldOf = (queue: Queue): string => (queue.split(":")[0] as string).replace(/s$/, "");

/** Reads an entry. Where the field is missing the fields themselves are the message, so a shell needs no JSON:
 * `XADD sheepdog:barks * host nas tag SCRUB level fail`.
 * @returns undefined when it is deleted */
export function messageOf([id, fields]: Entry, field: string): Message | undefined {
  if (fields === null) return undefined;
  const message = { id, time: arrival(id), body: bodyOf(fields, field) };
  const sent = clock(fields);
  return sent === undefined ? message : { ...message, sent };
}

/** A bark as it is appended. Its entry's id is Redis's own TIME at that moment, so that what our clock says now,
 * sent along, is the measure of our clock's skew: it costs no question and no wait for an answer. */
export const stamped = (body: string): readonly string[] => ["bark", body, SENT, String(now())];

const SENT = "sent";

function clock(fields: readonly string[]): Epoch | undefined {
  for (let at = 2; at + 1 < fields.length; at += 2)
    if (fields[at] === SENT && /^\d{1,15}$/.test(fields[at + 1] as string))
      return epoch(Number(fields[at + 1]));
  return undefined;
}

/** The moment in an entry's id. Whoever appends may choose the id: a moment yet to come is none. */
const arrival = (id: string): Epoch => epoch(Math.min(Number(id.slice(0, id.indexOf("-"))), now()));

function bodyOf(fields: readonly string[], field: string): string {
  for (let at = 0; at + 1 < fields.length; at += 2) if (fields[at] === field) return fields[at + 1] as string;
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < fields.length; at += 2)
    pairs.push([fields[at] as string, fields[at + 1] as string]);
  return JSON.stringify(Object.fromEntries(pairs));
}
