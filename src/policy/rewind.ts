import type { Subject } from "../subject.ts";
import { type Epoch, epoch, later, type Seconds, seconds } from "../time.ts";

/** How far ahead what is remembered may be and be left as it is: a bark from so far ahead is believed (filed.ts). */
const AHEAD: Seconds = seconds(300);

/** A subject that is remembered from a time which is yet to come: the clock was ahead, and was set right since. As it is
 * all that comes would be late, nothing would be stable or told again, and nobody would hear of it before that time. It
 * is as if all of that had just been.
 * @returns the very same object where that is not so */
export function rewound(subject: Subject, now: Epoch): Subject {
  const { newest, since, regard = {} } = subject;
  const { told, held, flapping, began, due, turns = [] } = regard;
  const latest = Math.max(
    newest,
    since,
    told?.time ?? 0,
    held?.since ?? 0,
    flapping ?? 0,
    began ?? 0,
    ...turns,
  );
  if (latest <= later(now, AHEAD)) return subject;
  const back = (moment: Epoch): Epoch => (moment > now ? epoch(moment - (latest - now)) : moment);
  return {
    ...subject,
    newest: back(newest),
    since: back(since),
    ...(subject.regard === undefined
      ? {}
      : {
          regard: {
            ...regard,
            ...(told === undefined
              ? {}
              : { told: { ...told, since: back(told.since), time: back(told.time) } }),
            ...(held === undefined ? {} : { held: { ...held, since: back(held.since) } }),
            ...(flapping === undefined ? {} : { flapping: back(flapping) }),
            ...(began === undefined ? {} : { began: back(began) }),
            ...(due === undefined ? {} : { due: back(due) }),
            ...(regard.turns === undefined ? {} : { turns: turns.map(back) }),
          },
        }),
  };
}
