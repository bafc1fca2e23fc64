import * as z from "zod/mini";
import { LIMITS } from "../bark.ts";
import { derivedId } from "../id.ts";
import { line, moment, readSigned, uuid } from "../ssh/text.ts";
import { type Epoch, epoch, formatSpan, iso, later, type Seconds, seconds } from "../time.ts";
import { bad, good, type Result } from "../trouble.ts";

/** What an operator asks of the handler. It travels as text, in a bark, and what is signed is that text: nobody writes
 * it anew on the way. */

/** What a signature over one is made for: made for anything else it is worth nothing here, and the other way round. */
export const NAMESPACE = "sheepdog-operator";
/** Bytes of the text. */
export const LONGEST_DEED = 8 * 1024;
/** Characters of a reason. */
export const LONGEST_WHY = 500;
/** How long a silence may last: whoever means for ever takes the indicator out. */
export const LONGEST_SILENCE: Seconds = seconds(366 * 86_400);
/** How long a deed is good for. It leaves room for clocks that differ and for a broker that is away for a moment, and
 * little for whoever finds an old one and sends it once more. */
export const FRESH: Seconds = seconds(15 * 60);

const host = line(LIMITS.host);
const tag = line(LIMITS.tag);
const why = line(LONGEST_WHY);
/** Who asks, as they say themselves; when it was signed; and what tells it from the same wish at the same moment. */
const signed = { by: line(LIMITS.host), time: moment, nonce: uuid };

const Deed = z.discriminatedUnion("kind", [
  /** Nobody is told of what fits (* stands for anything) until then. */
  z.strictObject({ kind: z.literal("silence"), id: uuid, host, tag, until: moment, why, ...signed }),
  /** A silence ends now. */
  z.strictObject({ kind: z.literal("end"), id: uuid, ...signed }),
  /** Somebody is at it: no reminders of this subject until it is well. */
  z.strictObject({ kind: z.literal("ack"), host, tag, why, ...signed }),
  z.strictObject({ kind: z.literal("unack"), host, tag, ...signed }),
  /** No rule has machines do anything, until somebody says so. */
  z.strictObject({ kind: z.literal("halt"), why, ...signed }),
  z.strictObject({ kind: z.literal("resume"), ...signed }),
]);
export type Deed = Readonly<z.output<typeof Deed>>;

/** What somebody wants, before it is signed. */
export type Wish = Unsigned<Deed>;
type Unsigned<One> = One extends unknown ? Omit<One, keyof typeof signed> : never;

/** The id of the bark that a deed travels in, and of the deed itself: sent twice, it is one. */
export const idOf = (text: string): string => derivedId("operator", text);

/** Reads the text of a deed, whoever wrote it.
 * @returns what is wrong with it, where it is none */
export function parseDeed(given: string): Result<Deed, string> {
  const read = readSigned(given, TEXT);
  if (!read.ok) return read;
  const deed = read.value;
  if (deed.kind !== "silence") return good(deed);
  const [from, until] = [Date.parse(deed.time), Date.parse(deed.until)];
  if (until <= from) return bad("its `until` is over when it is signed; ask for a time to come");
  if (until > later(epoch(from), LONGEST_SILENCE))
    return bad(`it is to last longer than ${formatSpan(LONGEST_SILENCE)}; ask for less, and again`);
  return good(deed);
}

const TEXT = {
  schema: Deed,
  longest: LONGEST_DEED,
  shorten: "ask for less in words",
  none: "it is no deed",
  unread: "it is not JSON",
  make: "make it with `sheepdog silence` or `sheepdog ack` of the handler's version",
};

/** Why a deed is not good now, where it was signed too long ago (or by a clock that is ahead). */
export function stale({ time }: Deed, now: Epoch): string | undefined {
  const age = (now - Date.parse(time)) / 1000;
  if (Math.abs(age) <= FRESH) return undefined;
  const off = `${formatSpan(seconds(Math.abs(age)))} ${age > 0 ? "ago" : "from now"}`;
  return `it was signed ${off} by the handler's clock (${time}, here it is ${iso(now)}), and is good for ${formatSpan(FRESH)}; if it is still wanted, ask again${age > 0 ? "" : ", and set the clock of whoever signed it"}`;
}
