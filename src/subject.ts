import type { State } from "./bark.ts";
import type { Epoch } from "./time.ts";

/** What is remembered of a (host, tag), so that what comes next can be judged: the next bark about it, or that none
 * comes. */
export interface Subject {
  readonly host: string;
  readonly tag: string;
  readonly level: State;
  /** Since when it has had this level. */
  readonly since: Epoch;
  /** Time of the newest bark heard: an older one comes late and changes nothing. */
  readonly newest: Epoch;
  /** What most subjects do not have: those that are well and expected by nobody. */
  readonly regard?: Regard;
}

/** What the policy has to remember of a subject. */
export interface Regard {
  /** The trouble that somebody was told of and that is not over. */
  readonly told?: Told;
  /** It is bad, and nobody was told yet: it is to be confirmed, or silenced. */
  readonly held?: { readonly since: Epoch; readonly count: number };
  /** It is bad and silenced, so far as is known until then. */
  readonly hushed?: Epoch;
  /** When it turned from well to bad, or back, of late. */
  readonly turns?: readonly Epoch[];
  /** Since when it is said to flap. */
  readonly flapping?: Epoch;
  /** Somebody takes care of it. */
  readonly ack?: { readonly by: string; readonly why: string; readonly time: Epoch };
  /** The next bark must have come by then, or it is missing. */
  readonly due?: Epoch;
  /** A run that said it began, and has not said that it ended. */
  readonly began?: Epoch;
}

export interface Told {
  /** The worst that was said of it. */
  readonly level: State;
  /** When the trouble began. */
  readonly since: Epoch;
  /** Id of its first notice. */
  readonly thread: string;
  /** Everybody who was told: they hear of its end too. Addresses, or `notify:` and the name of a receiver. */
  readonly to: readonly string[];
  /** When it was said last, and how often it was said again because it lasts. */
  readonly time: Epoch;
  readonly times: number;
}
