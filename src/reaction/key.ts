import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Key } from "../ssh/key.ts";
import { makePair, type Pair, privateOf, publicOf } from "../ssh/pair.ts";
import type { Result } from "../trouble.ts";
import { PRINCIPAL } from "./statement.ts";

/** By this key the handler's machine has others do something, and by no other one: what it may, their owners say. */
const pairIn = (state: string): Pair => ({
  file: join(state, "reactions"),
  use: "by which it has machines do what rules say",
  comment: PRINCIPAL,
});

/** Makes it where there is none. Called by the handler, while it is the only one.
 * @throws Trouble when it cannot be made */
export const makeReactionsKey = (state: string): Promise<void> => makePair(pairIn(state), state);

/** Its public half, as a line of authorized_keys.
 * @returns why it is not to be relied on, where it is not */
export const reactionsSigner = (state: string): Result<string, string> => publicOf(pairIn(state));

/** Likewise, for whoever writes it into a list: it is the handler's word, and whose file it is does not matter.
 * @throws the system's error, such as ENOENT */
export const shownSigner = (state: string): string =>
  readFileSync(`${pairIn(state).file}.pub`, "utf8").trim();

/** To sign with, and what the ids of statements are made of.
 * @throws Trouble when it is not there, or not for this user */
export function reactionsKey(state: string): { readonly key: Key; readonly secret: string } {
  const pair = pairIn(state);
  return {
    key: privateOf(pair, `the key of this machine's handler, ${pair.file}`),
    secret: readFileSync(pair.file, "utf8"),
  };
}
