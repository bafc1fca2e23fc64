import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { denied } from "../denied.ts";
import { makeFolder } from "../folder.ts";
import { type Epoch, epoch, later, seconds } from "../time.ts";
import { errno, retryOf, Trouble } from "../trouble.ts";
import { writeWhole } from "../whole.ts";

/** How long it is remembered; no queue holds a message that long. */
const KEPT = seconds(14 * 86_400);
const DAY = seconds(86_400);

/** What has been accepted, so that a message that is handed over twice is told once: also when the unit was
 * killed before it could tell the queue. A file of lines `time hash`, appended and flushed. */
export class Sent implements AsyncDisposable {
  readonly #file: string;
  readonly #known: Map<string, Epoch>;
  #handle: FileHandle;
  #tidied: Epoch;
  #fresh = "";
  /** Appends go one after the other, and none falls between the two steps of tidying. */
  #last: Promise<void> = Promise.resolve();

  private constructor(file: string, known: Map<string, Epoch>, handle: FileHandle, at: Epoch) {
    this.#file = file;
    this.#known = known;
    this.#handle = handle;
    this.#tidied = at;
  }

  /** Reads what is remembered, forgets what is old, and mends a line that a kill cut in half.
   * @throws Trouble when the file cannot be read or written */
  static async open(file: string, at: Epoch): Promise<Sent> {
    try {
      makeFolder(dirname(file), 0o750);
      const known = read(await readFile(file, "utf8").catch(absent), at);
      await writeWhole(file, write(known));
      return new Sent(file, known, await open(file, "a", 0o600), at);
    } catch (error) {
      throw new Trouble(`cannot remember what was told in ${file} (${errno(error) ?? String(error)})`, {
        retry: retryOf(error),
        advice: denied(file, error) ?? "check that the state directory is ours and has room",
        cause: error,
      });
    }
  }

  has(key: string): boolean {
    return this.#known.has(digest(key));
  }

  /** Resolves once it is on the disk.
   * @throws the system's error; it is remembered until the end of this process all the same */
  add(key: string, at: Epoch): Promise<void> {
    const hash = digest(key);
    this.#known.set(hash, at);
    this.#fresh += line(hash, at);
    const added = this.#last.then(() => this.#flush(at));
    this.#last = added.catch(() => undefined); // told to whoever added it
    return added;
  }

  /** Writes all that came while the disk was busy with what came before. */
  async #flush(at: Epoch): Promise<void> {
    const lines = this.#fresh;
    this.#fresh = "";
    if (lines === "") return;
    if (at > later(this.#tidied, DAY)) return this.#tidy(at);
    try {
      await this.#handle.appendFile(lines);
      await this.#handle.datasync();
    } catch (error) {
      // Perhaps half of it is there: a new line, and all of it with whatever comes next.
      this.#fresh = `\n${lines}${this.#fresh}`;
      throw error;
    }
  }

  async #tidy(at: Epoch): Promise<void> {
    for (const [hash, then] of this.#known) if (old(then, at)) this.#known.delete(hash);
    await writeWhole(this.#file, write(this.#known));
    const handle = await open(this.#file, "a", 0o600);
    await this.#handle.close();
    this.#handle = handle;
    this.#tidied = at;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#handle.close();
  }
}

const digest = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 32);
const line = (hash: string, at: Epoch): string => `${at} ${hash}\n`;
const write = (known: ReadonlyMap<string, Epoch>): string =>
  [...known].map(([hash, at]) => line(hash, at)).join("");
const old = (then: Epoch, at: Epoch): boolean => later(then, KEPT) < at;

function read(text: string, at: Epoch): Map<string, Epoch> {
  const known = new Map<string, Epoch>();
  for (const [, time, hash] of text.matchAll(/^(\d{1,15}) ([0-9a-f]{32})$/gm)) {
    const then = epoch(Number(time));
    if (hash !== undefined && !old(then, at)) known.set(hash, then);
  }
  return known;
}

function absent(error: unknown): string {
  if (errno(error) === "ENOENT") return ""; // nothing was ever sent
  throw error;
}
