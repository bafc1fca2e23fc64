import { setTimeout as pause } from "node:timers/promises";
import type { Message, Verdict } from "../broker/contract.ts";
import { entry, type Priority } from "../mail/entry.ts";
import { LONG, type Outage, worsen } from "../mail/outage.ts";
import { patience } from "../mail/patience.ts";
import type { Sent } from "../mail/sent.ts";
import { type Outcome, tagOf, type Way } from "../notify/outcome.ts";
import { type Parcel, parcelKey, parseParcel } from "../parcel.ts";
import { between, epoch, formatSpan, later, milliseconds, now, type Seconds, seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import type { Ailing } from "./ailing.ts";
import type { Standing } from "./standing.ts";

/** What an errand works with. */
interface Bag {
  /** What the receiver is called. */
  readonly name: string;
  readonly way: Way;
  /** How long a parcel is tried. */
  readonly retry: Seconds;
  /** Do not wait for a receiver that cannot be reached. */
  readonly once: boolean;
  /** Aborted: finish what is in hand, and wait for nothing. */
  readonly signal: AbortSignal;
  /** What was told already, to whichever receiver. */
  readonly sent: Sent;
  readonly ailing: Ailing;
  readonly standing: Standing;
  readonly log: (line: string) => void;
  /** Factor of all waits: 1 in earnest, less in tests. */
  readonly pace: number;
}

/** Brings parcels to one receiver, one after the other: "well again" is told behind "failed". While the receiver cannot
 * be reached the errand stays with the parcel in hand, so that all stay in order; one that the receiver stumbles over is
 * put off, and the others go before it. */
export class Errand {
  readonly #bag: Bag;
  readonly #tag: string;
  /** Refusals for now so far, by message; gone after a restart, which then tries soon. */
  readonly #attempts = new Map<string, number>();
  #outage: Outage | undefined;

  constructor(bag: Bag) {
    this.#bag = bag;
    this.#tag = tagOf(bag.name);
  }

  /** One message of its queue, to the end. To be called again when that is there, not before. */
  async deliver(message: Message): Promise<Verdict> {
    const parcel = parseParcel(message.body);
    if (parcel === undefined) {
      const reason = "not a parcel as sheepdog-handler writes it";
      this.#say(3, { message: message.id, outcome: "dead", reason });
      return { kind: "dead", reason };
    }
    const key = `${this.#bag.name} ${parcelKey(parcel)}`;
    if (this.#bag.sent.has(key)) {
      this.#say(6, { parcel: parcel.id, outcome: "told-before" });
      return { kind: "done" };
    }
    for (;;) {
      const outcome = await this.#tell(parcel);
      if (outcome.kind === "told") return this.#told(message, parcel, key, outcome.said);
      if (outcome.kind === "refused") return this.#refused(message, parcel, outcome.reason);
      await this.#endure(outcome);
      if (this.#expired(message, parcel))
        return this.#refused(
          message,
          parcel,
          `given up after ${formatSpan(this.#bag.retry)}: ${outcome.reason}`,
        );
      const wait = outcome.whose === "receiver" ? this.#recess() : this.#patience(message);
      const again = formatSpan(wait);
      this.#say(4, { parcel: parcel.id, outcome: "put-off", again, reason: outcome.reason });
      const stays = outcome.whose === "receiver" && !this.#bag.once && (await this.#rest(outcome.reason));
      if (!stays) return { kind: "later", after: wait };
    }
  }

  /** The queue can hold what the handler never wrote. */
  async #tell(parcel: Parcel): Promise<Outcome> {
    try {
      return await this.#bag.way.tell(parcel);
    } catch (error) {
      return { kind: "refused", reason: `it cannot be told (${explain(error)})` };
    }
  }

  async #told(message: Message, parcel: Parcel, key: string, said: string | undefined): Promise<Verdict> {
    const { name, sent, ailing } = this.#bag;
    // From here on to tell it again would be once too often, so nothing that fails now may cause that.
    await sent.add(key, now()).catch((error: unknown) =>
      this.#say(3, {
        parcel: parcel.id,
        outcome: "told",
        fault: `cannot be remembered: ${explain(error)}`,
      }),
    );
    this.#attempts.delete(message.id);
    this.#outage = undefined;
    if (said !== undefined) this.#say(6, { parcel: parcel.id, outcome: "told", said });
    if (!ailing.about(parcel)) await ailing.well(this.#tag, `${name} takes what it is told again`);
    return { kind: "done" };
  }

  async #refused(message: Message, parcel: Parcel, reason: string): Promise<Verdict> {
    const { name, ailing, pace } = this.#bag;
    this.#say(3, { parcel: parcel.id, outcome: "dead", reason });
    this.#attempts.delete(message.id);
    const said = `${name} was not told: ${reason}`;
    const barked = ailing.about(parcel) || (await this.#bark(said));
    return barked ? { kind: "dead", reason: said } : { kind: "later", after: seconds(60 * pace) };
  }

  #expired(message: Message, parcel: Parcel): boolean {
    const released = Date.parse(parcel.time);
    const since = Number.isNaN(released) ? message.time : epoch(released);
    return later(since, this.#bag.retry) <= now();
  }

  #recess(): Seconds {
    return this.#outage === undefined ? seconds(0) : between(now(), this.#outage.until);
  }

  #patience({ id }: Message): Seconds {
    const attempt = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, attempt);
    return seconds(patience(attempt, Math.random()) * this.#bag.pace);
  }

  /** Waits until it is time for the next try. @returns false when it is time to leave */
  async #rest(reason: string): Promise<boolean> {
    const { name, standing, signal } = this.#bag;
    standing.status(() => `${name} waits: ${reason}`);
    while (!signal.aborted && this.#recess() > 0) {
      // No longer at once than the loop of the queue may be silent.
      standing.pulse.beat();
      const some = Math.min(this.#recess(), standing.pulse.every);
      await pause(milliseconds(seconds(some)), undefined, { signal }).catch(() => undefined); // aborted: it leaves
    }
    return !signal.aborted;
  }

  async #endure({ reason, whose, after = seconds(0) }: Hindrance): Promise<void> {
    const { name, way, pace } = this.#bag;
    const at = now();
    const outage = worsen(this.#outage, whose === "receiver" ? "server" : "connection", reason, at, pace);
    if (outage === undefined) return;
    const until = Math.max(outage.until, later(at, seconds(after * pace)));
    this.#outage = { ...outage, until: epoch(until) };
    if (later(outage.since, seconds(LONG * pace)) <= at)
      await this.#bark(`${name} (${way.place}) takes nothing that it is told: ${reason}`);
  }

  /** Once, until it is well again. @returns whether it is out */
  async #bark(summary: string): Promise<boolean> {
    const { ailing } = this.#bag;
    return ailing.has(this.#tag) || (await ailing.fail(this.#tag, summary));
  }

  #say(priority: Priority, fields: Readonly<Record<string, string | undefined>>): void {
    this.#bag.log(entry(priority, { to: this.#bag.name, ...fields }, "notify"));
  }
}

type Hindrance = Pick<Outcome & { readonly kind: "later" }, "reason" | "whose" | "after">;
