import * as z from "zod/mini";
import { type Bark, readBark, type State, STATES } from "./bark.ts";

const KINDS = ["bad", "worse", "well", "reminder", "flapping", "note"] as const;

/** Something a person is told, decided by the policy. */
export interface Notice {
  /** The same for all recipients. */
  readonly id: string;
  /** bad: was well or never heard of; worse: was told as less bad, or is bad in another way; well: what was told is
   * over; reminder: told before and still so; flapping: goes to and fro, and is not told again until it is stable;
   * note: what a receiver wants somebody to know, whatever the state is. */
  readonly kind: (typeof KINDS)[number];
  /** What the subject is in: of `bark`, but where it is missing. */
  readonly level: State;
  /** All who are told the same. */
  readonly everyone: readonly string[];
  /** RFC 3339: when it was decided. */
  readonly time: string;
  /** What was told before, and since when (RFC 3339) that had lasted. */
  readonly previous?: { readonly level: State; readonly since: string };
  /** Id of the first notice of this trouble, for threading. */
  readonly thread?: string;
  /** What a person should know about how this notice came to them, one sentence each. */
  readonly remarks?: readonly string[];
  /** Of a note: what stands below its summary, which is the one of `bark`. */
  readonly text?: string;
  readonly bark: Bark;
}

const text = z.string();
const state = z.enum(STATES);

const Shape = z.object({
  id: text,
  kind: z.enum(KINDS),
  // Where it does not say, an older handler wrote it.
  level: z.exactOptional(state),
  everyone: z.array(text),
  time: text,
  previous: z.exactOptional(z.object({ level: state, since: text })),
  thread: z.exactOptional(text),
  remarks: z.exactOptional(z.array(text)),
  text: z.exactOptional(text),
  bark: z.unknown(),
});

/** Reads a notice out of a queue: it is ours, but a queue is never trusted.
 * @returns undefined when it is none */
export function readNotice(raw: unknown): Notice | undefined {
  const { success, data } = Shape.safeParse(raw);
  const bark = success ? readBark(data.bark, { id: data.id, time: data.time }) : undefined;
  if (data === undefined || bark?.ok !== true) return undefined;
  return { ...data, level: data.level ?? bark.value.level, bark: bark.value };
}
