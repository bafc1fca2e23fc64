import * as z from "zod/mini";
import { text } from "../config/kind.ts";
import { printable } from "../printable.ts";
import { bad, good, type Result } from "../trouble.ts";

/** What texts that are signed are made of. */

/** One line of so many characters at the most. */
export const line = (most: number) => text.check(z.maxLength(most));
/** As we write them ourselves: one moment has one spelling. */
export const moment = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  z.refine((given) => !Number.isNaN(Date.parse(given))),
);
export const uuid = z.string().check(z.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** A kind of such texts, in words for whoever made one that is none. */
export interface Kind<Schema> {
  readonly schema: Schema;
  /** Bytes, and what to do where there are more: "ask for less in words". */
  readonly longest: number;
  readonly shorten: string;
  /** What is said of what is none: "it is no deed"; and of what is not even JSON. */
  readonly none: string;
  readonly unread: string;
  /** How one is made. */
  readonly make: string;
}

/** Reads a text that was signed, whoever wrote it.
 * @returns what is wrong with it, and what to do */
export function readSigned<Schema extends z.ZodMiniType>(
  given: string,
  { schema, longest, shorten, none, unread, make }: Kind<Schema>,
): Result<z.output<Schema>, string> {
  if (Buffer.byteLength(given) > longest) return bad(`it is longer than ${longest} bytes; ${shorten}`);
  // Half of a pair has no bytes of its own that could be signed.
  if (/\p{Surrogate}/u.test(given)) return bad(`its text is not UTF-8; ${make}`);
  let raw: unknown;
  try {
    raw = JSON.parse(given);
  } catch {
    return bad(`${unread}; ${make}`);
  }
  const parsed = schema.safeParse(raw);
  return parsed.success ? good(parsed.data) : bad(`${wrong(parsed.error.issues[0], none)}; ${make}`);
}

function wrong(issue: z.core.$ZodIssue | undefined, none: string): string {
  if (issue?.code === "unrecognized_keys")
    return `it says \`${printable((issue.keys[0] ?? "").slice(0, 40))}\`, which is not known here`;
  const key = issue?.path[0];
  return key === undefined ? none : `its \`${String(key)}\` is missing or not as it should be`;
}
