import { readFile } from "node:fs/promises";
import { errno } from "../trouble.ts";
import { writeWhole } from "../whole.ts";

/** What of the telling itself has been barked as failing and is not yet well: the tags "MAIL" (nothing leaves), "MAIL
 * a@x.org" (this address refuses) and "NOTIFY phone". On disk, so that who restarts still says when it is well. */
export class Troubles {
  readonly #file: string;
  readonly #tags: Set<string>;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: string, tags: Set<string>) {
    this.#file = file;
    this.#tags = tags;
  }

  /** A file that is missing or damaged is an empty one: at worst an "ok" is not said. */
  static async open(file: string): Promise<Troubles> {
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      if (errno(error) === "ENOENT") return "";
      throw error;
    });
    return new Troubles(file, new Set(text.split("\n").filter((tag) => /^[A-Z]+( \S+)?$/.test(tag))));
  }

  get tags(): readonly string[] {
    return [...this.#tags];
  }

  has(tag: string): boolean {
    return this.#tags.has(tag);
  }

  add(tag: string): Promise<void> {
    this.#tags.add(tag);
    return this.#save();
  }

  remove(tag: string): Promise<void> {
    this.#tags.delete(tag);
    return this.#save();
  }

  #save(): Promise<void> {
    const saved = this.#last.then(() => writeWhole(this.#file, [...this.#tags, ""].join("\n")));
    this.#last = saved.catch(() => undefined); // told to whoever changed it
    return saved;
  }
}
