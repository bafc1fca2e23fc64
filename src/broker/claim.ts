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

/** Takes over what consumers that are gone never finished. Going by the consumer, not by the message as XAUTOCLAIM
 * does: a message that a living mailer puts off for an hour is not given up.
 * @param gone  how long a consumer has said nothing
 * @returns ids of what is ours now */
export async function claim(link: Link, stand: Stand, gone: Seconds): Promise<readonly string[]> {
  const idle = milliseconds(gone);
  const claimed: string[] = [];
  const consumers = (await link.ask(
    ["XINFO", "CONSUMERS", stand.key, stand.group],
    PATIENCE,
  )) as readonly (readonly unknown[])[];
  for (const one of consumers.map(record)) {
    if (one["name"] === stand.consumer || Number(one["idle"]) < idle) continue;
    for (let left = Number(one["pending"]); left > 0; left -= PAGE) {
      const ids = await pending(link, stand, String(one["name"]), idle);
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
