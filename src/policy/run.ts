import { when } from "../clock.ts";
import type { Subject } from "../subject.ts";
import { between, type Epoch, formatSpan, later, parseSpan, seconds } from "../time.ts";
import type { Sight } from "./decide.ts";
import type { Filed } from "./filed.ts";
import type { Way } from "./way.ts";

/** How a bark that came is to be judged: by what it says, and by what was expected of the run it tells of. */
export function sight({ bark, at, remark }: Filed, before: Subject | undefined, way: Way): Sight {
  const due = dueAfter(bark, at, way);
  const said = { bark, level: bark.level, at, remark, due, count: 1 } as const;
  if (bark.level !== "ok") return said;
  const odd = oddity(bark.elapsed, at, before, way);
  if (odd === undefined) return said;
  return { ...said, level: "warning", bark: { ...bark, summary: `${odd}: ${bark.summary}`.slice(0, 1024) } };
}

/** When the next bark must have come: as the bark says, by its timer or a span; else as the configuration does. */
function dueAfter(
  { due, expect }: { readonly due?: string; readonly expect?: string },
  at: Epoch,
  { grace, expect: { every } }: Way,
): Epoch | undefined {
  const moment = due === undefined ? Number.NaN : Date.parse(due);
  if (!Number.isNaN(moment)) return later(moment as Epoch, grace);
  const span = (expect === undefined ? undefined : parseSpan(expect)) ?? every;
  return span === undefined ? undefined : later(at, seconds(span + grace));
}

/** What is wrong with a run that ended well. */
function oddity(
  elapsed: number | undefined,
  at: Epoch,
  before: Subject | undefined,
  { expect: { shortest, longest, apart } }: Way,
): string | undefined {
  if (elapsed !== undefined && shortest !== undefined && elapsed < shortest)
    return `too fast, at least ${formatSpan(shortest)} is expected`;
  if (elapsed !== undefined && longest !== undefined && elapsed > longest)
    return `too slow, at most ${formatSpan(longest)} is expected`;
  if (apart === undefined || before === undefined || at <= before.newest) return undefined;
  const gap = between(before.newest, at);
  return gap < apart ? `too often, ${formatSpan(gap)} after the one before` : undefined;
}

/** A run that began: nothing is known of how it will end. One that began before and has not ended overlaps it.
 * @returns what is to be remembered, and what is wrong with it */
export function begins(
  before: Subject | undefined,
  { bark, at }: Filed,
): { readonly subject: Subject; readonly odd: string | undefined } {
  const { host, tag } = bark;
  const calm = before ?? { host, tag, level: "ok" as const, since: at, newest: at };
  const began = before?.regard?.began;
  const odd =
    began === undefined || began >= at
      ? undefined
      : `a run began while the one of ${when(began, "minute")} had not ended`;
  return { subject: { ...calm, regard: { ...before?.regard, began: at } }, odd };
}
