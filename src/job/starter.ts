import type { Epoch } from "../time.ts";
import type { Entry } from "./ledger.ts";

/** Runs what was approved: as units of systemd, or, where there is none, as our own children. All are named after the
 * request, so that what was started is found again by whoever comes later. */
export interface Starter {
  /** Why something cannot be done here: a lease without timers, say. */
  readonly unable: (entry: Entry) => string | undefined;
  /** Runs it now. It is being run when this resolves.
   * @throws Trouble when it cannot be run */
  start(entry: Entry): Promise<void>;
  /** Lets a timer run it.
   * @throws Trouble when systemd does not take it, as it does not a calendar that is none */
  plan(entry: Entry): Promise<void>;
  /** Lets a timer undo it, in place of one that there may be; at once where that moment is over.
   * @throws Trouble when it cannot be */
  hold(entry: Entry, until: Epoch): Promise<void>;
  /** Stops what runs, and takes it off its timers. */
  stop(entry: Entry): Promise<void>;
  /** Which of what should go on does. */
  living(entries: readonly Entry[]): Promise<ReadonlySet<string>>;
}
