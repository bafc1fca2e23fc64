import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loose } from "../config/private.ts";
import type { Key } from "../ssh/key.ts";
import { complaint, openssh } from "../ssh/openssh.ts";
import { clear, scratch } from "../ssh/scratch.ts";
import { bad, errno, explain, good, type Result, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { writeWhole } from "../whole.ts";

/** Who may read the handler's state is an administrator of its machine, and needs no key of their own: there is one in
 * it, which the handler always believes. */
export const localKey = (state: string): string => join(state, "operator");
const publicHalf = (state: string): string => `${localKey(state)}.pub`;

/** Makes the local key where there is none. Called by the handler, while it is the only one.
 * @param state  folder of its state
 * @throws Trouble when it cannot be made */
export async function makeLocalKey(state: string): Promise<void> {
  try {
    clear(state);
    if (!existsSync(localKey(state)) || !existsSync(publicHalf(state))) await scratch(state, make);
  } catch (error) {
    throw new Trouble(`cannot make ${localKey(state)}, by which this machine's administrators may silence`, {
      advice: explain(error),
      cause: error,
    });
  }

  async function make(folder: string): Promise<void> {
    const file = join(folder, "operator");
    const made = await openssh("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "local", "-f", file]);
    if (made.status !== 0) throw new Trouble(`ssh-keygen makes none (${complaint(made)})`);
    // The private half last: where it is, the other one is, too.
    await writeWhole(publicHalf(state), readFileSync(`${file}.pub`));
    await writeWhole(localKey(state), readFileSync(file));
  }
}

/** The public half, as a line of authorized_keys.
 * @returns why it is not to be relied on, where it is not */
export function localSigner(state: string): Result<string, string> {
  try {
    const mode = loose(statSync(localKey(state)));
    if (mode !== undefined)
      return bad(`others may use ${localKey(state)} (mode ${mode}); remove it, and restart sheepdog-handler`);
    const why = untrusted(publicHalf(state));
    return why === undefined ? good(readFileSync(publicHalf(state), "utf8").trim()) : bad(why);
  } catch (error) {
    return bad(
      `there is no key at ${localKey(state)} (${errno(error) ?? "unknown"}); sheepdog-handler makes it`,
    );
  }
}

/** The local key as one to sign with. */
export const ownKey = (state: string): Key & { readonly kind: "file" } => ({
  kind: "file",
  file: localKey(state),
  words: `the key of this machine's handler, ${localKey(state)}`,
});

/** The key by which the units of the handler's machine ask for something themselves.
 * @param state  folder of its state
 * @throws Trouble when it is not there, or not for this user */
export function handlersKey(state: string): Key {
  try {
    accessSync(localKey(state), constants.R_OK);
    return ownKey(state);
  } catch (error) {
    throw new Trouble(
      `cannot use the handler's key ${localKey(state)} (${errno(error) ?? "unknown"}), by which this machine silences`,
      { advice: "restart sheepdog-handler, which makes it", cause: error },
    );
  }
}
