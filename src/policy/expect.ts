import type { Expectation } from "../config/policy.ts";
import type { Subject } from "../subject.ts";
import { type Epoch, epoch, later, seconds } from "../time.ts";
import type { Way } from "./way.ts";

/** Subjects that are expected by name, also where they were never heard of. */
export const named = (
  expect: Readonly<Record<string, Expectation>>,
): readonly Pick<Expectation, "host" | "tag">[] =>
  Object.values(expect).filter(
    ({ host, tag, every }) => every !== undefined && !host.includes("*") && !tag.includes("*"),
  );

/** A subject that the configuration expects, and of which nothing was due yet. It has from now on as long as any other.
 * @returns undefined where it is not so */
export function awaited(
  subject: Subject | undefined,
  { host, tag }: Pick<Subject, "host" | "tag">,
  { expect: { every }, grace }: Way,
  now: Epoch,
): Subject | undefined {
  if (every === undefined || subject?.regard?.due !== undefined || subject?.level === "missing")
    return undefined;
  const heard = subject?.newest ?? now;
  const due = epoch(Math.max(later(heard, seconds(every + grace)), later(now, grace)));
  const calm = subject ?? { host, tag, level: "ok", since: now, newest: epoch(0) };
  return { ...calm, regard: { ...subject?.regard, due } };
}
