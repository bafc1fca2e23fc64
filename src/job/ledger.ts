import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../folder.ts";
import { clear } from "../ssh/scratch.ts";
import { between, type Epoch, epoch, type Seconds, seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";
import { writeWhole } from "../whole.ts";

/** Something that was asked of this machine, and what has become of it. It is on the disk before anything happens: what
 * is in here is never done a second time. */
export interface Entry {
  readonly id: string;
  /** Exactly what was signed, and the signature: for whoever wants to know one day. */
  readonly request: string;
  readonly signature: string;
  /** Who it was, as the list of signers calls them. */
  readonly principal: string;
  /** The message that brought it: the same one again is no replay. */
  readonly letter: string;
  readonly waits: boolean;
  readonly job: string;
  readonly args: Readonly<Record<string, string>>;
  readonly user: string;
  readonly vector: readonly string[];
  readonly undo?: readonly string[];
  /** Seconds. */
  readonly lease?: number;
  readonly timeout: number;
  readonly overlap: boolean;
  /** Properties of the unit. */
  readonly unit: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** begun: it is being run, or was about to be. planned: a timer has it. held: it was run, and its lease lasts. undoing:
   * that is being ended. over: nothing more comes of it. */
  readonly state: "begun" | "planned" | "held" | "undoing" | "over";
  /** ms since 1970: when it was taken, until when the request is good, and from which moment on the state is so. */
  readonly taken: number;
  readonly until: number;
  readonly since: number;
  /** By which boot of the machine the state is so: what ran in another one runs no more. */
  readonly boot: string;
  /** Of what is planned: one moment (ms), or a calendar. */
  readonly at?: number;
  readonly calendar?: string;
  /** Of what is held: until when (ms). */
  readonly holds?: number;
  /** Who ended it before its time, and with which request. */
  readonly cancelled?: string;
  readonly ender?: string;
  /** Why it was not done, though whoever asked may ask. */
  readonly refused?: string;
}

/** How long what is over is kept, for those who ask. */
const KEPT: Seconds = seconds(30 * 86_400);

/** The memory of what this machine was asked for: one file a request. One process at a time writes to it. What is over
 * has a folder of its own: it is there to be found by its id, and costs whoever looks at the others nothing. */
export class Ledger {
  /** Folder, also for what lives as long as one check. */
  readonly home: string;
  readonly #open: string;
  readonly #over: string;

  constructor(home: string) {
    this.home = home;
    this.#open = join(home, "ledger");
    this.#over = join(home, "over");
    for (const folder of [this.#open, this.#over]) makeFolder(folder, 0o700);
  }

  find(id: string): Entry | undefined {
    // First what is over: whoever moves something there may be ended before it is gone from the other.
    return read(this.#over, id) ?? read(this.#open, id);
  }

  /** Durable when it resolves.
   * @throws Trouble when it cannot be written: a disk that is full */
  async write(entry: Entry): Promise<void> {
    const over = entry.state === "over";
    const file = fileOf(over ? this.#over : this.#open, entry.id);
    try {
      await writeWhole(file, JSON.stringify(entry));
      if (over) rmSync(fileOf(this.#open, entry.id), { force: true });
    } catch (error) {
      throw new Trouble(`cannot write ${file} (${errno(error) ?? "unknown"})`, {
        retry: "later",
        advice: "check that the folder is there, and that its disk has room",
        cause: error,
      });
    }
  }

  /** All that something is still to come of, those that came first first. */
  open(): readonly Entry[] {
    return idsIn(this.#open)
      .flatMap((id) => this.find(id) ?? [])
      .filter(({ state }) => state !== "over")
      .sort((one, other) => one.taken - other.taken);
  }

  /** Forgets what is over, once its request could not be accepted again, and what a process that was killed has left. */
  tidy(now: Epoch): void {
    clear(this.home);
    for (const id of idsIn(this.#over)) {
      const { since, until } = read(this.#over, id) ?? { since: now, until: now };
      if (now > until && between(epoch(since), now) > KEPT) rmSync(fileOf(this.#over, id), { force: true });
    }
  }
}

const fileOf = (folder: string, id: string): string => join(folder, `${id}.json`);

const idsIn = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((name) => (name.endsWith(".json") ? [name.slice(0, -5)] : []));

function read(folder: string, id: string): Entry | undefined {
  if (!/^[0-9a-f-]{36}$/.test(id)) return undefined;
  try {
    return JSON.parse(readFileSync(fileOf(folder, id), "utf8")) as Entry;
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Which boot of the machine this is. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
