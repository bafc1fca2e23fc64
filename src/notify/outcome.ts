import type { Parcel } from "../parcel.ts";
import type { Seconds } from "../time.ts";

/** What became of one parcel at one receiver. */
export type Outcome =
  /** It was told. `said` is what was answered; undefined where there is nothing to add. */
  | { readonly kind: "told"; readonly said: string | undefined }
  /** Trying again never helps. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Trying again may help. */
  | {
      readonly kind: "later";
      readonly reason: string;
      /** What stood in the way. receiver: every other parcel would fare the same now; parcel: perhaps this one alone. */
      readonly whose: "receiver" | "parcel";
      /** Nobody is to try before. */
      readonly after?: Seconds;
    };

/** One way to tell people. It never throws: whatever happens is an outcome. It ends by itself, within a minute and a
 * few seconds. */
export interface Way {
  /** What it is, for a person, without secrets: "ntfy https://ntfy.sh". */
  readonly place: string;
  tell(parcel: Parcel): Promise<Outcome>;
}

/** The tag of barks about a receiver. */
export const tagOf = (receiver: string): string => `NOTIFY ${receiver}`;
