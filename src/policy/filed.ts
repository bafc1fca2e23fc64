import type { Bark } from "../bark.ts";
import { shifted } from "../skew.ts";
import { type Epoch, epoch, formatSpan, iso, later, type Seconds, seconds } from "../time.ts";

/** A bark with the time under which it is kept and judged. */
export interface Filed {
  /** Its times are by the broker's clock. */
  readonly bark: Bark;
  readonly at: Epoch;
  /** Why that is not the time which the bark claims, for whoever is told of it. */
  readonly remark?: string;
}

/** When a bark arrived by the broker's clock, and what the clock of the machine that sent it said then. */
export interface Arrived {
  readonly time: Epoch;
  readonly sent?: Epoch;
}

/** A smaller difference can come from the way to the broker. */
const TOLERANCE: Seconds = seconds(5);
/** From here on a person should set the clock. */
const WRONG: Seconds = seconds(60);
/** How far ahead of its arrival a bark may be and still be believed. */
const AHEAD: Seconds = seconds(300);

/** Files a bark by the broker's clock, so that what is late is judged by one clock, whatever those of the machines
 * say. What comes from the future even so is filed under its arrival: believed, it would make every later bark of
 * its subject a late one, and nobody would hear of it again. */
export function file(bark: Bark, { time: received, sent = received }: Arrived): Filed {
  const skew = sent - received;
  const corrected = Math.abs(skew) > TOLERANCE * 1000 ? shifted(bark, skew) : bark;
  const at = epoch(Date.parse(corrected.time));
  if (at > later(received, AHEAD)) {
    const remark = `The clock of the machine is ahead: the bark says ${bark.time}, and is filed under its arrival.`;
    return { bark: shifted(corrected, at - received), at: received, remark };
  }
  if (Math.abs(skew) <= WRONG * 1000) return { bark: corrected, at };
  const off = `${formatSpan(seconds(Math.abs(skew) / 1000))} ${skew > 0 ? "ahead" : "behind"}`;
  const remark = `The clock of ${bark.host} is ${off}: the bark says ${bark.time}, and is filed under ${iso(at)}.`;
  return { bark: corrected, at, remark };
}
