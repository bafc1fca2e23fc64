import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { loose } from "../config/private.ts";
import { bad, errno, explain, good, type Result, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { writeWhole } from "../whole.ts";
import type { Key } from "./key.ts";
import { complaint, openssh } from "./openssh.ts";
import { clear, scratch } from "./scratch.ts";

/** A key pair of the handler's own, in the folder of its state: the private half for whoever may read that, NAME, and
 * the public one, NAME.pub. */
export interface Pair {
  /** The private half. */
  readonly file: string;
  /** What it is for, in words: "by which this machine's administrators may silence". */
  readonly use: string;
  /** What it is called in its own comment. */
  readonly comment: string;
}

const publicHalf = ({ file }: Pair): string => `${file}.pub`;

/** Makes a pair where there is none. Called by the handler, while it is the only one.
 * @param state  folder of its state
 * @throws Trouble when it cannot be made */
export async function makePair(pair: Pair, state: string): Promise<void> {
  const { file, use, comment } = pair;
  try {
    clear(state);
    if (!existsSync(file) || !existsSync(publicHalf(pair))) await scratch(state, make);
  } catch (error) {
    throw new Trouble(`cannot make ${file}, ${use}`, { advice: explain(error), cause: error });
  }

  async function make(folder: string): Promise<void> {
    const made = `${folder}/${basename(file)}`;
    const answer = await openssh("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", made]);
    if (answer.status !== 0) throw new Trouble(`ssh-keygen makes none (${complaint(answer)})`);
    // The private half last: where it is, the other one is, too.
    await writeWhole(publicHalf(pair), readFileSync(`${made}.pub`));
    await writeWhole(file, readFileSync(made));
  }
}

/** The public half, as a line of authorized_keys.
 * @returns why it is not to be relied on, where it is not */
export function publicOf(pair: Pair): Result<string, string> {
  const { file } = pair;
  try {
    const mode = loose(statSync(file));
    if (mode !== undefined)
      return bad(`others may use ${file} (mode ${mode}); remove it, and restart sheepdog-handler`);
    const why = untrusted(publicHalf(pair));
    return why === undefined ? good(readFileSync(publicHalf(pair), "utf8").trim()) : bad(why);
  } catch (error) {
    return bad(`there is no key at ${file} (${errno(error) ?? "unknown"}); sheepdog-handler makes it`);
  }
}

/** The private half, to sign with.
 * @throws Trouble when it is not there, or not for this user */
export function privateOf({ file, use }: Pair, words: string): Key & { readonly kind: "file" } {
  try {
    accessSync(file, constants.R_OK);
    return { kind: "file", file, words };
  } catch (error) {
    throw new Trouble(`cannot use the handler's key ${file} (${errno(error) ?? "unknown"}), ${use}`, {
      advice: "restart sheepdog-handler, which makes it",
      cause: error,
    });
  }
}
