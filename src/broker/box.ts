import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../folder.ts";
import type { Queue } from "./contract.ts";

/** The folders of one queue in the spool. A message is written to `tmp`, made durable, and renamed to `new`,
 * where it stays until it is finished with. There is no `cur`: one consumer has the queue, by its lock. */
export interface Box {
  readonly root: string;
  readonly tmp: string;
  readonly new: string;
  /** What cannot be read or removed is moved here, out of the way. */
  readonly aside: string;
  readonly lock: string;
  /** Whether it lies in a folder of several queues. */
  readonly shared: boolean;
}

/** The queues `notify:phone` and `notify:chat` lie together in the folder `notify`.
 * @throws Error when the name of the queue would leave the spool: a bug in the caller */
export function box(spool: string, queue: Queue): Box {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*(:[A-Za-z0-9][A-Za-z0-9:._-]*)?$/.test(queue))
    throw new Error(`no name for a queue: ${JSON.stringify(queue)}`);
  const root = join(spool, queue.replace(":", "/"));
  return {
    root,
    tmp: join(root, "tmp"),
    new: join(root, "new"),
    aside: join(root, "aside"),
    lock: join(root, "lock"),
    shared: queue.includes(":"),
  };
}

/** Makes the folders of a queue where they are missing: for this user alone, or, where they lie in a folder of several
 * queues, as open to its group as that is, for one unit writes there and another reads. Not by chmod(): sandboxes forbid
 * to set the setgid bit, which a new folder has from the one above it.
 * @throws the system's error */
export function makeBox({ root, tmp, new: inbox, shared }: Box): void {
  if (!shared) return [tmp, inbox].forEach((folder) => makeFolder(folder, 0o700));
  makeFolder(dirname(root), 0o700);
  const mode = statSync(dirname(root)).mode & 0o770;
  const umask = process.umask(0o007);
  try {
    for (const folder of [root, tmp, inbox]) makeFolder(folder, mode);
  } finally {
    process.umask(umask);
  }
}
