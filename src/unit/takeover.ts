import { Lock } from "../lock.ts";
import { Trouble } from "../trouble.ts";

/** Work that only one may do at a time. */
export interface Post {
  /** The lock that stands for it. */
  readonly file: string;
  /** What is said of whoever does it already, such as "another handler works on this history". */
  readonly rival: string;
  /** Do not wait for it. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Waits, and says so, until nobody else does this work: the other has left, or died.
 * @returns undefined when it is time to leave before that
 * @throws Trouble, retry "later", when somebody does it and `once` was asked for */
export async function takeOver({ file, rival, once, signal, say }: Post): Promise<Lock | undefined> {
  const lock = Lock.try(file);
  if (lock !== undefined) return lock;
  if (once)
    throw new Trouble(rival, { retry: "later", advice: "it does what `--once` would; or stop it first" });
  say(`${rival}; waiting to take over`);
  return Lock.wait(file, signal);
}
