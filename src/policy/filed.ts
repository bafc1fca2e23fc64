import type { Bark } from "../bark.ts";
import { type Epoch, epoch, iso, later, type Seconds, seconds } from "../time.ts";

/** A bark with the time under which it is kept and judged. */
export interface Filed {
  readonly bark: Bark;
  readonly at: Epoch;
  /** Why that is not the time which the bark claims, for whoever is told of it. */
  readonly remark?: string;
}

/** How far a clock may be ahead of ours and still be believed. */
const AHEAD: Seconds = seconds(300);

/** Files a bark that claims to come from the future under its arrival: believed, it would make every later bark
 * of its subject a late one, and nobody would hear of it again. */
export function file(bark: Bark, received: Epoch): Filed {
  const at = epoch(Date.parse(bark.time));
  if (at <= later(received, AHEAD)) return { bark, at };
  return {
    bark: { ...bark, time: iso(received) },
    at: received,
    remark: `The clock of the machine is ahead: the bark says ${bark.time}, and is filed under its arrival.`,
  };
}
