import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { denied } from "../denied.ts";
import { errno } from "../trouble.ts";
import { type Box, box, makeBox } from "./box.ts";
import type { Broker, Dead, Intake, Message, Queue, Take } from "./contract.ts";
import { Inbox, NAME } from "./inbox.ts";
import { readLetter } from "./letter.ts";
import { mishap } from "./mishap.ts";
import { oldest } from "./oldest.ts";
import { sequence } from "./sequence.ts";
import { serve } from "./serve.ts";

/** Files that are written and made durable at a time. */
const ABREAST = 32;
/** Bytes that are shown: an obituary is longer than what it is about. */
const LARGEST = 4 * 1024 * 1024;
const FRESH = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** The embedded broker: queues are folders on this machine. */
export class Spool implements Broker {
  readonly place: string;
  readonly #spool: string;
  // The names are our own, not the ids of what is published: one notice to three people is three messages of one id.
  readonly #name = sequence();

  constructor(spool: string) {
    this.#spool = spool;
    this.place = `spool ${spool}`;
  }

  async publish(queue: Queue, bodies: readonly string[]): Promise<void> {
    const folders = box(this.#spool, queue);
    const drafts = bodies.map((body) => ({ name: this.#name(), body }));
    try {
      makeBox(folders);
      for (let at = 0; at < drafts.length; at += ABREAST)
        await all(drafts.slice(at, at + ABREAST).map((draft) => write(folders, draft)));
      for (const { name } of drafts) await rename(join(folders.tmp, name), join(folders.new, name));
      await settle(folders.new);
    } catch (error) {
      await Promise.allSettled(drafts.map(({ name }) => unlink(join(folders.tmp, name))));
      throw mishap("leave a message in", folders.new, error);
    }
  }

  async consume(queue: Queue, intake: Intake, take: Take): Promise<void> {
    const folders = box(this.#spool, queue);
    const bury = async (dead: readonly Dead[]): Promise<void> => {
      await this.publish(
        "dead",
        dead.map((one) => JSON.stringify(one)),
      );
      intake.buried?.(dead);
    };
    await serve({ queue, bury, open: (ear) => Inbox.open({ queue, folders, bury }, ear) }, intake, take);
  }

  async peek(queue: Queue, limit: number): Promise<readonly Message[]> {
    const folder = box(this.#spool, queue).new;
    const messages: Message[] = [];
    for (const id of await this.#names(folder, limit)) {
      const letter = readLetter(join(folder, id), LARGEST);
      if (letter.ok) messages.push({ id, ...letter.value });
    }
    return messages;
  }

  async remove(queue: Queue, id: string): Promise<boolean> {
    const folder = box(this.#spool, queue).new;
    if (!NAME.test(id)) return false;
    try {
      await unlink(join(folder, id));
      return true;
    } catch (error) {
      if (errno(error) === "ENOENT") return false;
      throw mishap("remove a message from", folder, error, denied(folder, error));
    }
  }

  async forget(queue: Queue): Promise<void> {
    const { root } = box(this.#spool, queue);
    try {
      await rm(root, { recursive: true, force: true });
    } catch (error) {
      throw mishap("remove", root, error, denied(root, error));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #names(folder: string, limit: number): Promise<readonly string[]> {
    try {
      return await oldest(folder, limit, (name) => !NAME.test(name));
    } catch (error) {
      if (errno(error) === "ENOENT") return []; // a queue that nobody has used yet
      throw mishap("list", folder, error, denied(folder, error));
    }
  }
}

async function write(folders: Box, draft: { readonly name: string; readonly body: string }): Promise<void> {
  const file = await open(join(folders.tmp, draft.name), FRESH, 0o640);
  try {
    await file.writeFile(draft.body);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes new names durable. Where the folder may not be listed (see leave.ts) they are so within seconds. */
async function settle(folder: string): Promise<void> {
  let directory: FileHandle;
  try {
    directory = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    if (errno(error) === "EACCES") return;
    throw error;
  }
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Waits for all of them, also when one fails: what is still being written could not be tidied up. */
async function all(works: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(works))
    if (outcome.status === "rejected") throw outcome.reason;
}
