import type { Level } from "./bark.ts";
import type { Epoch } from "./time.ts";

/** What is remembered of a (host, tag), so that the next bark about it can be judged. */
export interface Subject {
  readonly host: string;
  readonly tag: string;
  readonly level: Level;
  /** Since when it has had this level. */
  readonly since: Epoch;
  /** Time of the newest bark heard: an older one comes late and changes nothing. */
  readonly newest: Epoch;
  /** The trouble that somebody was told of and that is not over. */
  readonly told?: Told;
}

export interface Told {
  /** The worst that was said of it. */
  readonly level: Level;
  /** When the trouble began. */
  readonly since: Epoch;
  /** Id of its first notice. */
  readonly thread: string;
  /** Everybody who was told: they hear of its end too. */
  readonly to: readonly string[];
}
