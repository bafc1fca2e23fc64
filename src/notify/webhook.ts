import { createHmac } from "node:crypto";
import type { Webhook } from "../config/receiver.ts";
import { now } from "../time.ts";
import { described, nameOf } from "./form.ts";
import type { Way } from "./outcome.ts";
import { send } from "./send.ts";

/** What only we and the other side know. */
export interface Secrets {
  readonly token: string | undefined;
  /** Of the signature. */
  readonly key: string | undefined;
}

/** A parcel as JSON, with `title` and `text` before it: chats show that, and take no notice of the rest. */
export function openWebhook({ url, timeout, ca }: Webhook, { token, key }: Secrets): Way {
  const inside = url.includes("{secret}");
  const target = new URL(inside ? url.replaceAll("{secret}", token ?? "") : url);
  const bearer = inside || token === undefined ? {} : { authorization: `Bearer ${token}` };
  const secrets = [token, key].filter((one) => one !== undefined);
  return {
    place: `webhook ${target.origin}`,
    tell(parcel) {
      const body = described(parcel);
      const time = Math.floor(now() / 1000);
      const headers = { ...bearer, ...signed({ id: nameOf(parcel), time, body }, key) };
      return send({ url: target, headers, body, timeout, ca }, secrets);
    },
  };
}

interface Signed {
  readonly id: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly body: string;
}

/** Headers as standardwebhooks.com has them; one without a key is named and not signed. */
function signed({ id, time, body }: Signed, key: string | undefined): Readonly<Record<string, string>> {
  const named = { "webhook-id": id, "webhook-timestamp": String(time) };
  if (key === undefined) return named;
  // Their own form of a key is base64 behind "whsec_"; any other text is the key as it is.
  const bytes = key.startsWith("whsec_") ? Buffer.from(key.slice(6), "base64") : Buffer.from(key);
  const signature = createHmac("sha256", bytes).update(`${id}.${time}.${body}`).digest("base64");
  return { ...named, "webhook-signature": `v1,${signature}` };
}
