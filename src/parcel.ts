import * as z from "zod/mini";
import { type State, STATES } from "./bark.ts";
import { type Notice, readNotice } from "./notice.ts";

/** What one person is sent at once by one receiver. The queues `mail` and `notify:NAME` carry it. `id` and `to`
 * together are the idempotency key. */
export interface Parcel {
  readonly id: string;
  /** The address, or for receivers that have none (ntfy, webhook, exec, log) the name of the receiver. */
  readonly to: string;
  /** RFC 3339: when it was released. */
  readonly time: string;
  /** What is told, worst first; one at least unless there is a digest. With more than one, what barks hold is cut
   * short. */
  readonly notices: readonly Notice[];
  /** How many more there were, which are not in here (they are in the history). */
  readonly more?: number;
  /** One sentence each, about the parcel as a whole: "The cap of 20 mails an hour is reached; what follows is in the
   * digest." */
  readonly remarks?: readonly string[];
  readonly digest?: Digest;
}

/** What a span of time has brought. */
export interface Digest {
  /** RFC 3339: the span it tells of. */
  readonly since: string;
  readonly until: string;
  /** Troubles that are open now, worst first. */
  readonly open: readonly Line[];
  /** What came and went within the span. */
  readonly past: readonly Line[];
  /** What was expected and never came. */
  readonly missing: readonly Line[];
  /** What the dog itself could not do, one sentence each: dead letters, blind times, receivers that fail. */
  readonly own: readonly string[];
  /** How many lines were left out of each list. */
  readonly more?: { readonly [list: string]: number };
}

/** One trouble in a digest. */
export interface Line {
  readonly host: string;
  readonly tag: string;
  readonly level: State;
  /** RFC 3339. */
  readonly since: string;
  readonly until?: string;
  readonly summary: string;
  /** Id of the bark that tells more. */
  readonly bark: string;
}

/** What names one message to one person, for ever. */
export const parcelKey = ({ id, to }: Pick<Parcel, "id" | "to">): string => `${id} ${to}`;

const text = z.string();
const count = z.int().check(z.gte(0));
const lines = z.array(
  z.object({
    host: text,
    tag: text,
    level: z.enum(STATES),
    since: text,
    until: z.exactOptional(text),
    summary: text,
    bark: text,
  }),
);

const Shape = z.object({
  id: text,
  to: text,
  time: text,
  notices: z.array(z.unknown()),
  more: z.exactOptional(count),
  remarks: z.exactOptional(z.array(text)),
  digest: z.exactOptional(
    z.object({
      since: text,
      until: text,
      open: lines,
      past: lines,
      missing: lines,
      own: z.array(text),
      more: z.exactOptional(z.record(text, count)),
    }),
  ),
});

/** Reads a parcel off a queue: it is ours, but a queue is never trusted. A lone notice with `to`, as older handlers
 * left it, is a parcel of one.
 * @returns undefined when it is none */
export function parseParcel(body: string): Parcel | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return undefined; // not JSON is not a parcel
  }
  const { success, data } = Shape.safeParse(whole(raw));
  if (!success) return undefined;
  const notices = data.notices.map(readNotice).filter((notice) => notice !== undefined);
  const all = notices.length === data.notices.length;
  return all && (notices.length > 0 || data.digest !== undefined) ? { ...data, notices } : undefined;
}

function whole(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || "notices" in raw || !("bark" in raw)) return raw;
  const { id, to, time } = raw as Partial<Parcel>;
  return { id, to, time, notices: [raw] };
}
