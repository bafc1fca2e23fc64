import { type FSWatcher, watch } from "node:fs";
import { errno } from "../trouble.ts";
import { mishap } from "./mishap.ts";

/** Milliseconds between two looks where the kernel has no watch left to give. */
const LOOK = 2000;

/** Tells when something in a folder changes, without asking again and again: inotify(7). */
export class Watch implements Disposable {
  readonly #watcher: FSWatcher | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  /** @throws Trouble when the folder is not there */
  constructor(folder: string, changed: () => void) {
    try {
      this.#watcher = watch(folder, changed);
      this.#watcher.on("error", changed);
    } catch (error) {
      // max_user_watches or max_user_instances is used up: looking is worse than being told, better than nothing
      if (errno(error) !== "ENOSPC" && errno(error) !== "EMFILE") throw mishap("watch", folder, error);
      this.#timer = setInterval(changed, LOOK);
    }
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
    clearInterval(this.#timer);
  }
}
