import type { Broker } from "../broker/contract.ts";
import { makeId } from "../id.ts";
import { entry } from "../mail/entry.ts";
import type { Troubles } from "../mail/troubles.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { iso, now } from "../time.ts";
import { explain } from "../trouble.ts";

/** What barks about the telling itself are made with. */
interface Voice {
  /** What this machine is called. */
  readonly name: string;
  /** The monitor of these barks. */
  readonly monitor: "mail" | "notify";
  readonly broker: Pick<Broker, "publish">;
  readonly troubles: Troubles;
  readonly log: (line: string) => void;
}

/** The own barks of a unit that tells people: one when telling fails, one when it is well again, also over restarts.
 * None of its methods throws: telling goes on when barks cannot. */
export class Ailing {
  readonly #voice: Voice;
  readonly #troubles: Troubles;

  constructor(voice: Voice) {
    this.#voice = voice;
    this.#troubles = voice.troubles;
  }

  /** Whether a parcel is about this telling itself and nothing else. Whoever refuses a letter about refused letters
   * would be written to for ever, so such a letter neither causes a bark nor ends a trouble. */
  about({ notices, digest }: Parcel): boolean {
    return digest === undefined && notices.every(({ bark }) => bark.monitor === this.#voice.monitor);
  }

  /** Whether this is known to be failing. */
  has(tag: string): boolean {
    return this.#troubles.has(tag);
  }

  /** @returns whether the bark is out; if not, whoever asks asks again */
  async fail(tag: string, summary: string): Promise<boolean> {
    if (!(await this.#bark("fail", tag, summary))) return false;
    await this.#troubles.add(tag).catch((error: unknown) => this.#say(tag, explain(error)));
    return true;
  }

  /** Says that it is well again, if it was said to fail. */
  async well(tag: string, summary: string): Promise<void> {
    if (!this.#troubles.has(tag)) return;
    const forgotten = this.#troubles.remove(tag); // before the bark: two letters at once say it once
    const barked = await this.#bark("ok", tag, summary);
    await forgotten
      .then(() => (barked ? undefined : this.#troubles.add(tag)))
      .catch((error: unknown) => this.#say(tag, explain(error)));
  }

  async #bark(level: "ok" | "fail", tag: string, summary: string): Promise<boolean> {
    const bark = {
      id: makeId(now()),
      time: iso(now()),
      host: this.#voice.name,
      tag,
      monitor: this.#voice.monitor,
      level,
      summary: printable(summary).slice(0, 1000),
    };
    try {
      await this.#voice.broker.publish("barks", [JSON.stringify(bark)]);
      return true;
    } catch (error) {
      this.#say(tag, `cannot be barked: ${explain(error)}`);
      return false;
    }
  }

  #say(tag: string, fault: string): void {
    this.#voice.log(entry(3, { tag, fault }, this.#voice.monitor));
  }
}
