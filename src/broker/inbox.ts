import { renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { denied } from "../denied.ts";
import { makeFolder } from "../folder.ts";
import { Lock } from "../lock.ts";
import { now, seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { asidePlaces, HIDDEN } from "./aside.ts";
import { type Box, makeBox } from "./box.ts";
import type { Dead, Message, Queue } from "./contract.ts";
import { LARGEST, readLetter, type Unfit } from "./letter.ts";
import { mishap } from "./mishap.ts";
import { obituary } from "./obituary.ts";
import { fileOf, oldest } from "./oldest.ts";
import { sequence } from "./sequence.ts";
import type { Ear, Source } from "./serve.ts";
import { sweep } from "./sweep.ts";
import { Watch } from "./watch.ts";

/** Bytes in one batch, more or less. */
const BATCH = 8 * LARGEST;
const NAMES = 10_000;
const DAY = seconds(86_400);
const SOON = seconds(30);
/** What a message may be called. It may become the id of a bark, and those are that long at the most. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

interface Address {
  readonly queue: Queue;
  readonly folders: Box;
  readonly bury: (dead: readonly Dead[]) => Promise<void>;
}

/** One queue of the spool while it is consumed. Anybody may have put anything there. */
export class Inbox implements Source {
  readonly #address: Address;
  readonly #ear: Ear;
  readonly #lock: Lock;
  readonly #watch: Watch;
  readonly #name = sequence();
  /** Names found and not yet handed over. */
  #found: string[] = [];
  #changed = true;
  #swept = -Infinity;
  /** What can be neither handled nor moved away: it was said once. */
  readonly #stuck = new Set<string>();

  private constructor(address: Address, ear: Ear, lock: Lock) {
    this.#address = address;
    this.#ear = ear;
    this.#lock = lock;
    this.#watch = new Watch(address.folders.new, () => {
      this.#changed = true;
      ear.bell.ring();
    });
  }

  /** Waits until nobody else consumes this queue, and says so; with `once` it does not wait.
   * @returns undefined when it is time to leave
   * @throws Trouble when the folders cannot be used, or with `once` somebody else consumes this queue */
  static async open(address: Address, ear: Ear): Promise<Inbox | undefined> {
    const { folders } = address;
    try {
      makeBox(folders);
    } catch (error) {
      throw mishap("make a queue in", folders.root, error, denied(folders.root, error));
    }
    const lock = await alone(folders, ear);
    if (lock === undefined) return undefined;
    try {
      return new Inbox(address, ear, lock);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  async start(): Promise<void> {
    await this.#look();
  }

  async next(): Promise<readonly Message[] | undefined> {
    const { intake, later, bell } = this.#ear;
    while (!intake.signal.aborted) {
      intake.pulse?.beat();
      const due = later.take(intake.batch);
      const names = due.length > 0 ? due : await this.#oldest();
      if (names.length > 0) {
        const batch = await this.#read(names);
        if (batch.length > 0) return batch;
      } else if (intake.once) return undefined;
      else await bell.heard();
    }
    return undefined;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const { folders } = this.#address;
    for (const id of ids) {
      try {
        unlinkSync(join(folders.new, id));
      } catch (error) {
        if (errno(error) !== "ENOENT") throw mishap("remove a message from", folders.new, error);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }

  async #oldest(): Promise<readonly string[]> {
    if (this.#found.length === 0 && this.#changed) await this.#look();
    return this.#found.splice(0, this.#ear.intake.batch);
  }

  async #look(): Promise<void> {
    const { folders } = this.#address;
    const { later } = this.#ear;
    this.#changed = false;
    try {
      this.#found = await oldest(
        folders.new,
        NAMES,
        (name) => later.has(name) || this.#stuck.has(name) || name.startsWith(HIDDEN),
      );
      if (performance.now() - this.#swept > DAY * 1000) await sweep(folders.tmp, DAY);
      this.#swept = performance.now();
    } catch (error) {
      throw mishap("list", folders.new, error, denied(folders.new, error));
    }
    // There may be more than were asked for, or came while these were handled.
    if (this.#found.length > 0) this.#changed = true;
  }

  async #read(names: readonly string[]): Promise<readonly Message[]> {
    const batch: Message[] = [];
    let size = 0;
    for (const [at, name] of names.entries()) {
      const letter = NAME.test(name) ? readLetter(join(this.#address.folders.new, name)) : NAMELESS;
      if (!letter.ok) await this.#reject(name, letter.fault);
      else {
        batch.push({ id: name, ...letter.value });
        size += letter.value.body.length;
      }
      if (size < BATCH) continue;
      this.#found.unshift(...names.slice(at + 1));
      break;
    }
    return batch;
  }

  /** Says in `dead` why it is no message, and puts it out of the way. */
  async #reject(name: string, unfit: Unfit): Promise<void> {
    if (unfit.kind === "gone") return;
    const { queue, bury } = this.#address;
    const aside = this.#name();
    const [kept, hidden] = asidePlaces(this.#address.folders, aside);
    const reason = unfit.kind === "foreign" ? unfit.reason : `${unfit.reason}; kept as ${kept}`;
    const id = Buffer.from(name, "latin1").toString().slice(0, 255);
    try {
      await bury([obituary(queue, { id, time: now(), body: "" }, reason, aside)]);
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      this.#ear.later.put(name, SOON);
      return;
    }
    const file = fileOf(this.#address.folders.new, name);
    if (unfit.kind === "foreign" && unlinked(file)) return;
    if (!this.#moved(file, kept) && !renamed(file, hidden)) this.#stuck.add(name);
  }

  #moved(file: Buffer, kept: string): boolean {
    try {
      makeFolder(this.#address.folders.aside, 0o700);
      renameSync(file, kept);
      return true;
    } catch (error) {
      return errno(error) === "ENOENT"; // whoever left it took it away again
    }
  }
}

async function alone({ root, lock }: Box, { intake }: Ear): Promise<Lock | undefined> {
  const free = Lock.try(lock);
  if (free !== undefined) return free;
  const rival = new Trouble(`another process takes messages out of ${root}`, {
    retry: "later",
    advice: intake.once ? "try again when it has done its work" : "it is waited for",
  });
  if (intake.once) throw rival;
  intake.lost?.(rival);
  return Lock.wait(lock, intake.signal);
}

const NAMELESS = {
  ok: false,
  fault: { kind: "unreadable", reason: "its name is none for a message; use letters, digits, . _ -" },
} as const;

function renamed(file: Buffer, to: string): boolean {
  try {
    renameSync(file, to);
    return true;
  } catch {
    return false;
  }
}

/** @returns false where this user may not, and for a folder that is not empty */
function unlinked(file: Buffer): boolean {
  for (const remove of [unlinkSync, rmdirSync])
    try {
      remove(file);
      return true;
    } catch {
      // then it is moved aside
    }
  return false;
}
