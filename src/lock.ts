import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { denied } from "./denied.ts";
import { makeFolder } from "./folder.ts";
import { errno, retryOf, Trouble } from "./trouble.ts";

/** A lock on a file that dies with its holder, however that dies.
 *
 * Node has no flock(2). But such a lock belongs to the open file, not to the process: flock(1) takes it on a
 * descriptor that it inherits from us, ends, and the lock stays with our descriptor until we close it or die.
 * Waiting is flock(1) being blocked in the kernel: nothing polls. Jobs do not inherit the descriptor
 * (O_CLOEXEC), so a daemon that a job leaves behind does not keep the lock. */
export class Lock implements Disposable {
  readonly #descriptor: number;
  #held = true;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** @returns undefined when somebody else holds it
   * @throws Trouble when the file cannot be opened or there is no flock(1) */
  static try(file: string): Lock | undefined {
    const descriptor = open(file);
    const run = spawnSync("flock", ["--nonblock", "3"], {
      stdio: ["ignore", "ignore", "ignore", descriptor],
    });
    if (run.status === 0) return new Lock(descriptor);
    closeSync(descriptor);
    if (run.status === 1) return undefined;
    throw missing(file, run.error);
  }

  /** Waits until nobody else holds it.
   * @returns undefined when the signal came first */
  static async wait(file: string, signal?: AbortSignal): Promise<Lock | undefined> {
    const descriptor = open(file);
    const taken = await new Promise<boolean>((resolve, reject) => {
      const child = spawn("flock", ["3"], { stdio: ["ignore", "ignore", "ignore", descriptor] });
      const stop = (): void => void child.kill();
      signal?.addEventListener("abort", stop);
      if (signal?.aborted) stop();
      child.on("error", (error) => reject(missing(file, error)));
      child.on("exit", (status) => {
        signal?.removeEventListener("abort", stop);
        resolve(status === 0);
      });
    }).catch((error: unknown) => {
      closeSync(descriptor);
      throw error;
    });
    if (taken && signal?.aborted !== true) return new Lock(descriptor);
    closeSync(descriptor);
    return undefined;
  }

  [Symbol.dispose](): void {
    if (this.#held) closeSync(this.#descriptor);
    this.#held = false;
  }
}

function open(file: string): number {
  try {
    // For the group too: whoever locks first makes the state folder, and the group may read the history in it.
    makeFolder(dirname(file), 0o750);
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw new Trouble(`cannot open the lock ${file} (${errno(error) ?? "unknown"})`, {
      retry: retryOf(error),
      advice: denied(file, error) ?? "check that the folder exists, is yours, and has room",
      cause: error,
    });
  }
}

const missing = (file: string, cause: unknown): Trouble =>
  new Trouble(`cannot lock ${file} (${errno(cause) ?? "flock failed"})`, {
    advice: "install flock(1), part of util-linux",
    cause,
  });
