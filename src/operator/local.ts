import { join } from "node:path";
import type { Key } from "../ssh/key.ts";
import { makePair, type Pair, privateOf, publicOf } from "../ssh/pair.ts";
import type { Result } from "../trouble.ts";

/** Who may read the handler's state is an administrator of its machine, and needs no key of their own: there is one in
 * it, which the handler always believes. */
export const localKey = (state: string): string => join(state, "operator");

const pairIn = (state: string): Pair => ({
  file: localKey(state),
  use: "by which this machine's administrators may silence",
  comment: "local",
});
const words = (state: string): string => `the key of this machine's handler, ${localKey(state)}`;

/** Makes the local key where there is none. Called by the handler, while it is the only one.
 * @param state  folder of its state
 * @throws Trouble when it cannot be made */
export const makeLocalKey = (state: string): Promise<void> => makePair(pairIn(state), state);

/** The public half, as a line of authorized_keys.
 * @returns why it is not to be relied on, where it is not */
export const localSigner = (state: string): Result<string, string> => publicOf(pairIn(state));

/** The local key as one to sign with. */
export const ownKey = (state: string): Key & { readonly kind: "file" } => ({
  kind: "file",
  file: localKey(state),
  words: words(state),
});

/** The key by which the units of the handler's machine ask for something themselves.
 * @param state  folder of its state
 * @throws Trouble when it is not there, or not for this user */
export const handlersKey = (state: string): Key => privateOf(pairIn(state), words(state));
