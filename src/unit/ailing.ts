import type { Broker } from "../broker/contract.ts";
import { makeId } from "../id.ts";
import { entry } from "../mail/entry.ts";
import type { Troubles } from "../mail/troubles.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { iso, now } from "../time.ts";
import { explain } from "../trouble.ts";

/** The monitor of barks about the mail itself. */
const MONITOR = "mail";

/** Whether a parcel is about the mail itself and nothing else. Whoever refuses a letter about refused letters would be
 * written to for ever, so such a letter neither causes a bark nor ends a trouble. */
export const about = ({ notices, digest }: Parcel): boolean =>
  digest === undefined && notices.every(({ bark }) => bark.monitor === MONITOR);

/** The mailer's own barks: one when mail fails, one when it is well again, also over restarts. Neither method
 * throws: mail goes on when barks cannot. */
export class Ailing {
  readonly #name: string;
  readonly #broker: Pick<Broker, "publish">;
  readonly #troubles: Troubles;
  readonly #log: (line: string) => void;

  /** @param name  what this machine is called */
  constructor(
    name: string,
    broker: Pick<Broker, "publish">,
    troubles: Troubles,
    log: (line: string) => void,
  ) {
    this.#name = name;
    this.#broker = broker;
    this.#troubles = troubles;
    this.#log = log;
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
      host: this.#name,
      tag,
      monitor: MONITOR,
      level,
      summary: printable(summary).slice(0, 1000),
    };
    try {
      await this.#broker.publish("barks", [JSON.stringify(bark)]);
      return true;
    } catch (error) {
      this.#say(tag, `cannot be barked: ${explain(error)}`);
      return false;
    }
  }

  #say(tag: string, fault: string): void {
    this.#log(entry(3, { tag, fault }));
  }
}
