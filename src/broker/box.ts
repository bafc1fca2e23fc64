import { join } from "node:path";
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
}

/** @throws Error when the name of the queue would leave the spool: a bug in the caller */
export function box(spool: string, queue: Queue): Box {
  if (!/^[A-Za-z0-9][A-Za-z0-9:._-]*$/.test(queue))
    throw new Error(`no name for a queue: ${JSON.stringify(queue)}`);
  const root = join(spool, queue);
  return {
    root,
    tmp: join(root, "tmp"),
    new: join(root, "new"),
    aside: join(root, "aside"),
    lock: join(root, "lock"),
  };
}
