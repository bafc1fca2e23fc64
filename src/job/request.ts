import * as z from "zod/mini";
import { LIMITS } from "../bark.ts";
import { NAME } from "../name.ts";
import { printable } from "../printable.ts";
import { line, moment, readSigned, uuid } from "../ssh/text.ts";
import { type Epoch, epoch, formatSpan, iso, later, type Seconds, seconds } from "../time.ts";
import { bad, good, type Result } from "../trouble.ts";
import { LONGEST_VALUE } from "./argument.ts";

/** What somebody asks of machines. It travels as text, in the queues `jobs:HOST`, and what is signed is that text. */

/** What a signature over one is made for: made for anything else it is worth nothing here, and the other way round. */
export const NAMESPACE = "sheepdog-job";
/** Bytes of the text. */
export const LONGEST_REQUEST = 128 * 1024;
/** Machines that one request may name. */
export const MOST_HOSTS = 1000;
/** How long a request may be good for: its id is remembered for as long. */
export const LONGEST_LIFE: Seconds = seconds(7 * 86_400);
/** Clocks of machines differ by so much. */
export const SKEW: Seconds = seconds(60);

const named = z.string().check(z.regex(NAME));
export const Args = z.record(named, z.string().check(z.maxLength(LONGEST_VALUE)));
const signed = {
  /** The nonce: a machine that knows it does not do it again. For people it is the name of what is asked. */
  id: uuid,
  /** The machines that are meant, and no others. */
  hosts: z.array(line(LIMITS.host)).check(z.minLength(1), z.maxLength(MOST_HOSTS)),
  /** Who asks, as they say themselves. */
  by: line(LIMITS.host),
  /** Not before, and not after. */
  from: moment,
  until: moment,
  /** Whether somebody waits for answers, in the queue `answers:ID`. */
  waits: z._default(z.boolean(), false),
};

const Request = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("run"), job: named, args: Args, ...signed }),
  /** The same by a timer: at one moment, or by a calendar of systemd's. */
  z.strictObject({ kind: z.literal("schedule"), job: named, args: Args, at: moment, ...signed }),
  z.strictObject({ kind: z.literal("repeat"), job: named, args: Args, calendar: line(200), ...signed }),
  /** Ends what was asked under an id: takes it off its timer, stops it, or ends its lease. */
  z.strictObject({ kind: z.literal("cancel"), run: uuid, ...signed }),
]);
export type Request = Readonly<z.output<typeof Request>>;

/** What somebody wants, before it is said to whom and until when. */
export type Wish = Unsigned<Request>;
type Unsigned<One> = One extends unknown ? Omit<One, keyof typeof signed> : never;

/** What is in a queue `jobs:HOST`. */
export interface Envelope {
  /** Exactly what was signed. */
  readonly request: string;
  readonly signature: string;
}

/** Opens what came by a queue.
 * @returns what is wrong with it, where it is nothing */
export function open(body: string): Result<Envelope, string> {
  if (Buffer.byteLength(body) > LONGEST_REQUEST + 32 * 1024)
    return bad(`it is longer than ${LONGEST_REQUEST} bytes; name fewer hosts at once`);
  try {
    const { request, signature } = JSON.parse(body) as Partial<Envelope>;
    if (typeof request === "string" && typeof signature === "string") return good({ request, signature });
    return bad(`it is not signed; ${MAKE}`);
  } catch {
    return bad(`it is no request; ${MAKE}`);
  }
}

/** Reads the text of a request, whoever wrote it.
 * @returns what is wrong with it, where it is none */
export function parseRequest(given: string): Result<Request, string> {
  const read = readSigned(given, TEXT);
  if (!read.ok) return read;
  const request = read.value;
  const life = (Date.parse(request.until) - Date.parse(request.from)) / 1000;
  if (life <= 0) return bad("it is over before it begins; give --expires a time");
  if (life > LONGEST_LIFE)
    return bad(`it is to be good for longer than ${formatSpan(LONGEST_LIFE)}; ask for less`);
  return good(request);
}

const MAKE = "make it with `sheepdog job` of the agent's version";
const TEXT = {
  schema: Request,
  longest: LONGEST_REQUEST,
  shorten: "name fewer hosts at once",
  none: "it is no request",
  unread: "it is no request",
  make: MAKE,
};

/** Why a request is not good now, or not here.
 * @param name  what this machine is called */
export function misplaced(request: Request, name: string, now: Epoch): string | undefined {
  if (!request.hosts.includes(name))
    return `it is for ${printable(request.hosts.slice(0, 3).join(", "))}${request.hosts.length > 3 ? ", …" : ""}, and this is ${name}`;
  if (now < epoch(Date.parse(request.from)) - SKEW * 1000)
    return `it is good from ${request.from} on, and here it is ${iso(now)}; set the clocks`;
  if (now > later(epoch(Date.parse(request.until)), seconds(0)))
    return `it was good until ${request.until}, and here it is ${iso(now)}; if it is still wanted, ask again`;
  return undefined;
}

/** What is asked, for people: "ban address=203.0.113.9". */
export const called = (job: string, args: Readonly<Record<string, unknown>>): string =>
  printable(
    [
      job,
      ...Object.entries(args).map(
        ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      ),
    ].join(" "),
  );
