import type { Epoch } from "../time.ts";
import type { Run } from "./keeper.ts";

export interface Update {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly security: boolean;
}

export interface Waiting {
  readonly updates: readonly Update[];
  /** When it was last asked what there is; undefined where nobody knows. */
  readonly listed: Epoch | undefined;
  /** Packages that were updated and that only a reboot puts to use, where it says so itself. */
  readonly reboot?: readonly string[];
}

/** Who knows which updates wait. */
export interface Updater {
  /** @param config  a configuration of its own, where it is to be another one
   * @returns undefined where it is not there
   * @throws Trouble when it cannot say */
  readonly waiting: (run: Run, config: string | undefined) => Promise<Waiting | undefined>;
}
