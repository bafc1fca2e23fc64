import { randomUUID } from "node:crypto";
import type { Bark } from "../bark.ts";
import { when } from "../clock.ts";
import { OPERATOR } from "../monitors.ts";
import { printable } from "../printable.ts";
import type { Key } from "../ssh/key.ts";
import { sign } from "../ssh/sign.ts";
import { between, type Epoch, epoch, formatSpan, iso } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { user } from "../user.ts";
import { idOf, NAMESPACE, parseDeed, type Wish } from "./deed.ts";

/** Who asks, where and when, and what they sign with. */
export interface Asking {
  /** For a person. */
  readonly by: string;
  /** What this machine is called. */
  readonly host: string;
  readonly now: Epoch;
  readonly key: Key;
}

/** The bark in which a wish travels to the handler, signed.
 * @throws Trouble when it cannot be asked, or nothing comes of the signing */
export async function deedBark(wish: Wish, { by, host, now, key }: Asking): Promise<Bark> {
  const text = JSON.stringify({ ...wish, by: by.slice(-253), time: iso(now), nonce: randomUUID() });
  const deed = parseDeed(text);
  if (!deed.ok) throw new Trouble(`this cannot be asked: ${deed.fault}`);
  return {
    id: idOf(text),
    time: iso(now),
    host,
    user: user(),
    tag: "operator",
    monitor: OPERATOR,
    level: "ok",
    summary: printable(`asks for ${sentence(wish, now)}`).slice(0, 1000),
    content: { deed: text, signature: await sign(text, key, NAMESPACE) },
  };
}

/** What is wanted, for people. */
export function sentence(wish: Wish, now: Epoch): string {
  switch (wish.kind) {
    case "silence": {
      const until = epoch(Date.parse(wish.until));
      return `silence of host=${wish.host} tag=${wish.tag} for ${formatSpan(between(now, until))}, until ${when(until, "minute")}, as ${wish.id}`;
    }
    case "end":
      return `the end of silence ${wish.id}`;
    case "ack":
      return `no reminders of ${wish.host} ${wish.tag} until it is well`;
    case "unack":
      return `reminders of ${wish.host} ${wish.tag} again`;
    case "halt":
      return "a halt of all reactions";
    case "resume":
      return "reactions again";
    default:
      return wish satisfies never;
  }
}
