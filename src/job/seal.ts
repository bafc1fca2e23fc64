import type { Key } from "../ssh/key.ts";
import { sign } from "../ssh/sign.ts";
import { type Epoch, iso, later, type Seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { type Envelope, NAMESPACE, parseRequest, type Wish } from "./request.ts";

/** To whom a wish goes, from whom, and for how long it is good. */
export interface Sending {
  /** A UUID: under this name it is known, and done once. */
  readonly id: string;
  readonly hosts: readonly string[];
  /** For a person. */
  readonly by: string;
  readonly from: Epoch;
  readonly life: Seconds;
  /** Whether answers are waited for. */
  readonly waits: boolean;
  readonly key: Key;
}

/** A wish as it travels: signed over its exact bytes.
 * @throws Trouble when it cannot be asked, or nothing comes of the signing */
export async function seal(wish: Wish, { key, from, life, ...sending }: Sending): Promise<Envelope> {
  const request = JSON.stringify({
    ...wish,
    ...sending,
    by: sending.by.slice(-253),
    from: iso(from),
    until: iso(later(from, life)),
  });
  const parsed = parseRequest(request);
  if (!parsed.ok) throw new Trouble(`this cannot be asked: ${parsed.fault}`);
  return { request, signature: await sign(request, key, NAMESPACE) };
}
