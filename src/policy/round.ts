import type { Bark } from "../bark.ts";
import { when } from "../clock.ts";
import { derivedId } from "../id.ts";
import type { Subject } from "../subject.ts";
import { type Epoch, formatSpan, iso, later } from "../time.ts";
import { ROUNDS } from "../monitors.ts";
import { type Decision, decide, type Judging, type Sight, settle } from "./decide.ts";

/** Looks at a subject of which nothing was heard: what is due has not come, a run has not ended, a silence is over, a
 * trouble lasts.
 * @param last  the newest bark about it, if any ever came
 * @param judging.sighted  nobody looked of late: from when on what is due must have come */
export function round(
  subject: Subject,
  last: Bark | undefined,
  judging: Judging & { readonly sighted?: Epoch | undefined },
): Decision {
  const { now, way, sighted } = judging;
  const { due, began } = subject.regard ?? {};
  const blind = sighted !== undefined && now < sighted;
  if (due !== undefined && now >= due && !blind && subject.level !== "missing")
    return decide(subject, missed(subject, last, judging), judging);
  const limit = way.expect.longest;
  if (began !== undefined && limit !== undefined && now >= later(began, limit)) {
    const odd = `it began ${when(began, "minute")} and has not ended in ${formatSpan(limit)}`;
    const known = seen(subject, last, judging, odd);
    const level = subject.level === "ok" ? "warning" : subject.level;
    return decide(subject, { ...known, level, due }, judging);
  }
  const { regard, ...calm } = subject;
  const sight =
    subject.level === "missing" && due !== undefined
      ? missed(subject, last, judging)
      : seen(subject, last, judging);
  return settle(calm, { ...regard }, sight, judging);
}

function missed(subject: Subject, last: Bark | undefined, judging: Judging): Sight {
  const { due, began } = subject.regard ?? {};
  const heard = last === undefined ? "it was never heard of" : `last heard ${when(subject.newest, "minute")}`;
  const open = began === undefined ? "" : `, a run began ${when(began, "minute")} and has not ended`;
  const text = `did not come by ${due === undefined ? "now" : when(due, "minute")}; ${heard}${open}`;
  const sight = seen(subject, last, judging, text);
  const bark = due === undefined ? sight.bark : { ...sight.bark, due: iso(due) };
  return { ...sight, bark, level: "missing", due };
}

/** A bark in the words of the rounds: of the machine, user and recipients of the newest one. */
function seen(
  { host, tag, level }: Subject,
  last: Bark | undefined,
  { now }: Judging,
  summary?: string,
): Sight {
  const { mailto, user } = last ?? {};
  const bark: Bark =
    summary === undefined && last !== undefined
      ? last
      : {
          id: derivedId(ROUNDS, host, tag, String(now)),
          time: iso(now),
          host,
          tag,
          monitor: ROUNDS,
          level: "fail",
          summary: summary ?? level,
          ...(mailto === undefined ? {} : { mailto }),
          ...(user === undefined ? {} : { user }),
        };
  return { bark, level, at: now, count: 0 };
}
