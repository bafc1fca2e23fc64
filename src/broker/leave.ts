import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../folder.ts";
import { errno } from "../trouble.ts";
import { box } from "./box.ts";
import type { Queue } from "./contract.ts";
import { mishap } from "./mishap.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Leaves one message in the spool, durably. A second time with the same id is the same message. Synchronous,
 * and of node's own parts only: the wrapper of a job comes by here when the job has failed.
 * @param id  a UUIDv7: the name in the spool, and so the message's place in the line
 * @returns the path of the file
 * @throws Trouble when it cannot be written; nothing is left behind then */
export function leave(spool: string, queue: Queue, id: string, body: string): string {
  if (!UUID.test(id)) throw new Error(`no UUID, so no name for a file in the spool: ${JSON.stringify(id)}`);
  const folders = box(spool, queue);
  const [draft, path] = [join(folders.tmp, id), join(folders.new, id)];
  try {
    write(draft, folders.tmp, body);
    if (!rename(draft, path)) {
      makeFolder(folders.new, 0o700);
      renameSync(draft, path);
    }
    settle(folders.new);
    return path;
  } catch (error) {
    discard(draft);
    throw mishap("leave a message in", folders.new, error);
  }
}

function write(draft: string, folder: string, body: string): void {
  const descriptor = create(draft, folder);
  try {
    // Past the umask: in a spool of many users the handler reads by the folder's group.
    fchmodSync(descriptor, 0o640);
    writeFileSync(descriptor, body);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function create(draft: string, folder: string): number {
  try {
    return openSync(draft, FRESH, 0o640);
  } catch (error) {
    if (errno(error) === "EEXIST") unlinkSync(draft);
    else if (errno(error) === "ENOENT") makeFolder(folder, 0o700);
    else throw error;
    return openSync(draft, FRESH, 0o640);
  }
}

function rename(draft: string, path: string): boolean {
  try {
    renameSync(draft, path);
    return true;
  } catch (error) {
    if (errno(error) === "ENOENT") return false;
    throw error;
  }
}

/** Makes the new name durable too. In a spool that only the handler may list (mode 1733) that cannot be had:
 * the file's content is safe, its name is as safe as the file system's journal makes it within seconds. */
function settle(folder: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (errno(error) === "EACCES") return;
    throw error;
  }
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function discard(draft: string): void {
  try {
    unlinkSync(draft);
  } catch {
    // it was never made, or is renamed already: what went wrong first is what is told
  }
}
