import type { Letter } from "./letter.ts";

/** What became of one letter to one address. */
export type Outcome =
  /** Somebody else has it now. `said` is what the server answered, or where the file is. */
  | { readonly kind: "accepted"; readonly said: string }
  /** Trying again may help. */
  | { readonly kind: "refused-for-now"; readonly reason: string; readonly whose: Whose }
  /** Trying again never helps. */
  | { readonly kind: "refused"; readonly reason: string };

/** What stood in the way. server: it cannot be reached, or our own settings are wrong; every other letter would
 * fare the same now. connection: it broke on the way, perhaps for all, perhaps for this letter. letter: this
 * letter to this address. */
export type Whose = "server" | "connection" | "letter";

/** One way for mail to leave. It never throws: whatever happens is an outcome. */
export interface Transport extends AsyncDisposable {
  /** Where mail goes, for a person, without secrets: "smtp mail.example.org:587". */
  readonly place: string;
  /** @param key  names this letter to this address, for ever */
  send(letter: Letter, to: string, key: string): Promise<Outcome>;
}
