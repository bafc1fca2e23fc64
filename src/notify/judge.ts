import { STATUS_CODES } from "node:http";
import { clip } from "../mail/clip.ts";
import { printable } from "../printable.ts";
import { between, type Epoch, epoch, type Seconds, seconds } from "../time.ts";
import type { Outcome } from "./outcome.ts";
import type { Answer } from "./post.ts";

/** What an answer means (RFC 9110, 15): 2xx told; 408, 425, 429 and 5xx try again; all else is final.
 * @param secrets  are masked in what is said back */
export function judge(answer: Answer, secrets: readonly string[], now: Epoch): Outcome {
  const { status } = answer;
  const reason = described(answer, secrets);
  if (status >= 200 && status < 300) return { kind: "told", said: reason };
  if (status >= 300 && status < 400)
    return {
      kind: "refused",
      reason: `${reason}; redirects are not followed, so \`url\` must be where it leads to`,
    };
  if (BUSY.includes(status)) {
    const after = patience(answer.headers["retry-after"], now);
    return { kind: "later", reason, whose: "receiver", ...(after === undefined ? {} : { after }) };
  }
  // Something in this very parcel may be what it stumbles over.
  if (status >= 500) return { kind: "later", reason, whose: "parcel" };
  return { kind: "refused", reason };
}

/** Answers about the other side alone: too slow, too early, too many, and what gateways say. */
const BUSY: readonly number[] = [408, 425, 429, 502, 503, 504];

/** How long it asks to be left alone (RFC 9110, 10.2.3), an hour at the most: who is asked for more asks again. */
function patience(header: string | undefined, now: Epoch): Seconds | undefined {
  if (header === undefined) return undefined;
  const date = Date.parse(header);
  const span = /^\d{1,9}$/.test(header.trim())
    ? Number(header)
    : Number.isNaN(date)
      ? 0
      : between(now, epoch(date));
  return span === 0 ? undefined : seconds(Math.min(span, 3600));
}

function described({ status, text }: Answer, secrets: readonly string[]): string {
  const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  const words = clip(printable(masked.replace(/\s+/g, " ")).trim(), 200);
  return `${status} ${STATUS_CODES[status] ?? ""}`.trim() + (words === "" ? "" : `: ${words}`);
}
