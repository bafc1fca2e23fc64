import { milliseconds, type Seconds, seconds } from "../time.ts";
import type { Link } from "./link.ts";

/** Where a consumer stands: in which group of which stream, and under which name. */
export interface Stand {
  readonly key: string;
  readonly group: string;
  readonly consumer: string;
}

const PAGE = 1000;
const PATIENCE = seconds(10);

/** Those beside us who take from the same queue: whose last word is younger than our beginning.
 * @param began  how long ago we did */
export async function rivals(link: Link, stand: Stand, began: Seconds): Promise<readonly string[]> {
  return (await consumersOf(link, stand))
    .filter(({ name, idle }) => name !== stand.consumer && idle < milliseconds(began) - SLACK)
    .map(({ name }) => name);
}

/** Milliseconds that a last word of somebody who was ended may take. */
const SLACK = 3000;

async function consumersOf(
  link: Link,
  { key, group }: Stand,
): Promise<readonly { readonly name: string; readonly idle: number; readonly pending: number }[]> {
  const consumers = (await link.ask(
    ["XINFO", "CONSUMERS", key, group],
    PATIENCE,
  )) as readonly (readonly unknown[])[];
  return consumers.map(record).map(({ name, idle, pending }) => ({
    name: String(name),
    idle: Number(idle),
    pending: Number(pending),
  }));
}

/** Takes over what consumers that are gone never finished. Going by the consumer, not by the message as XAUTOCLAIM
 * does: a message that a living mailer puts off for an hour is not given up.
 * @param gone  how long a consumer has said nothing
 * @returns ids of what is ours now */
export async function claim(link: Link, stand: Stand, gone: Seconds): Promise<readonly string[]> {
  const idle = milliseconds(gone);
  const claimed: string[] = [];
  for (const one of await consumersOf(link, stand)) {
    if (one.name === stand.consumer || one.idle < idle) continue;
    for (let left = one.pending; left > 0; left -= PAGE) {
      const ids = await pending(link, stand, one.name, idle);
      if (ids.length === 0) break;
      await link.ask(["XCLAIM", stand.key, stand.group, stand.consumer, idle, ...ids, "JUSTID"], PATIENCE);
      claimed.push(...ids);
    }
  }
  return claimed;
}

async function pending(
  link: Link,
  { key, group }: Stand,
  consumer: string,
  idle: number,
): Promise<readonly string[]> {
  const entries = await link.ask(["XPENDING", key, group, "IDLE", idle, "-", "+", PAGE, consumer], PATIENCE);
  return (entries as readonly (readonly [string])[]).map(([id]) => id);
}

/** [name, value, name, value …] */
function record(flat: readonly unknown[]): Readonly<Record<string, unknown>> {
  const pairs: [string, unknown][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([String(flat[at]), flat[at + 1]]);
  return Object.fromEntries(pairs);
}
