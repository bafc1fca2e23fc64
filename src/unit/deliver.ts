import { join } from "node:path";
import { isAddress } from "../address.ts";
import type { Broker, Message, Verdict } from "../broker/contract.ts";
import type { Config } from "../config/schema.ts";
import { compose } from "../mail/compose.ts";
import { entry } from "../mail/entry.ts";
import { headline } from "../mail/headline.ts";
import { LONG, type Outage, worsen } from "../mail/outage.ts";
import type { Outcome, Transport, Whose } from "../mail/outcome.ts";
import { patience } from "../mail/patience.ts";
import { Sent } from "../mail/sent.ts";
import { openTransport } from "../mail/transport.ts";
import { Troubles } from "../mail/troubles.ts";
import { type Parcel, parcelKey, parseParcel } from "../parcel.ts";
import { between, epoch, formatSpan, later, now, type Seconds, seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import { Ailing } from "./ailing.ts";

/** What a delivery works with. */
export interface Bag {
  readonly config: Config;
  /** Where barks about the mail itself go. */
  readonly broker: Pick<Broker, "publish">;
  /** The state directory. */
  readonly state: string;
  readonly log: (line: string) => void;
  /** Factor of all waits: 1 in earnest, less in tests. */
  readonly pace: number;
}

/** Brings letters to their addresses and remembers how that went. The path of one letter is `deliver`, then `#tell`. */
export class Delivery implements AsyncDisposable {
  readonly #bag: Bag;
  readonly #transport: Transport;
  readonly #sent: Sent;
  readonly #ailing: Ailing;
  /** Refusals for now so far, by message; gone after a restart, which then tries soon. */
  readonly #attempts = new Map<string, number>();
  /** What is on its way, by parcel and address. */
  readonly #going = new Map<string, Promise<unknown>>();
  #outage: Outage | undefined;
  #probing = false;

  private constructor(bag: Bag, transport: Transport, sent: Sent, ailing: Ailing) {
    this.#bag = bag;
    this.#transport = transport;
    this.#sent = sent;
    this.#ailing = ailing;
  }

  /** @throws Trouble when the settings cannot work, or the state directory cannot be used */
  static async open(bag: Bag): Promise<Delivery> {
    const transport = openTransport(bag.config.mail, bag.config.name, bag.state);
    const sent = await Sent.open(join(bag.state, "mailed"), now());
    const troubles = await Troubles.open(join(bag.state, "mail-troubles"));
    const { config, broker, log } = bag;
    const ailing = new Ailing({ name: config.name, monitor: "mail", broker, troubles, log });
    return new Delivery(bag, transport, sent, ailing);
  }

  get place(): string {
    return this.#transport.place;
  }

  /** One message of the queue `mail`, to the end. */
  async deliver(message: Message): Promise<Verdict> {
    const parcel = parseParcel(message.body);
    if (parcel === undefined) return this.#bury(message, "not a parcel as sheepdog-handler writes it");
    if (!isAddress(parcel.to))
      return this.#refused(message, parcel, "`to` is not one address: correct `mail.to`, or --mailto");
    const key = parcelKey(parcel);
    // The same parcel may have been published twice: the second waits to see what becomes of the first.
    for (let first = this.#going.get(key); first !== undefined; first = this.#going.get(key)) await first;
    const told = this.#tell(message, parcel, key);
    this.#going.set(
      key,
      told.catch(() => undefined),
    ); // a fault is for whoever asked
    return told.finally(() => this.#going.delete(key));
  }

  async #tell(message: Message, parcel: Parcel, key: string): Promise<Verdict> {
    if (this.#sent.has(key)) return this.#repeated(parcel);
    if (this.#blocked()) return this.#putOff(message, parcel, this.#outage?.reason ?? "", "server");
    const probe = this.#outage !== undefined;
    this.#probing ||= probe;
    const outcome = await this.#send(parcel, key).finally(() => (this.#probing &&= !probe));
    switch (outcome.kind) {
      case "accepted":
        return this.#accepted(message, parcel, key, outcome.said);
      case "refused":
        return this.#refused(message, parcel, outcome.reason);
      case "refused-for-now":
        await this.#endure(outcome.whose, outcome.reason);
        return this.#putOff(message, parcel, outcome.reason, outcome.whose);
    }
    return outcome satisfies never;
  }

  /** While nothing leaves, one letter at a time finds out whether that is over. */
  #blocked(): boolean {
    return this.#outage !== undefined && (this.#probing || now() < this.#outage.until);
  }

  async #send(parcel: Parcel, key: string): Promise<Outcome> {
    const { name, mail } = this.#bag.config;
    let letter: ReturnType<typeof compose>;
    try {
      letter = compose(parcel, { name, from: mail.from, now: now() });
    } catch (error) {
      // The queue can hold what the handler never wrote.
      return { kind: "refused", reason: `no letter can be made of it (${explain(error)})` };
    }
    return this.#transport.send(letter, parcel.to, key);
  }

  async #accepted(message: Message, parcel: Parcel, key: string, said: string): Promise<Verdict> {
    // From here on a second letter would be a double, so nothing that fails now may cause one.
    await this.#sent
      .add(key, now())
      .catch((error: unknown) =>
        this.#say(3, parcel, "accepted", `but cannot be remembered: ${explain(error)}`),
      );
    this.#attempts.delete(message.id);
    this.#outage = undefined;
    this.#say(6, parcel, "accepted", said);
    await this.#ailing.well("MAIL", "mail leaves again");
    if (!this.#ailing.about(parcel))
      await this.#ailing.well(tagOf(parcel.to), `mail to ${parcel.to} is accepted again`);
    return { kind: "done" };
  }

  #repeated(parcel: Parcel): Verdict {
    this.#say(6, parcel, "sent-before");
    return { kind: "done" };
  }

  async #refused(message: Message, parcel: Parcel, reason: string): Promise<Verdict> {
    this.#say(3, parcel, "refused", reason);
    this.#attempts.delete(message.id);
    const barked =
      this.#ailing.about(parcel) ||
      (await this.#ailing.fail(tagOf(parcel.to), `mail to ${parcel.to} refused: ${reason}`));
    return barked
      ? { kind: "dead", reason: `mail to ${parcel.to} refused: ${reason}` }
      : { kind: "later", after: seconds(60 * this.#bag.pace) };
  }

  async #putOff(message: Message, parcel: Parcel, reason: string, whose: Whose): Promise<Verdict> {
    const { config, pace } = this.#bag;
    const decided = Date.parse(parcel.time);
    const since = Number.isNaN(decided) ? message.time : epoch(decided);
    if (later(since, config.mail.retry) <= now())
      return this.#refused(message, parcel, `given up after ${formatSpan(config.mail.retry)}: ${reason}`);
    const attempt = (this.#attempts.get(message.id) ?? 0) + 1;
    // What waits for the server is not held against the letter.
    if (whose !== "server") this.#attempts.set(message.id, attempt);
    const wait = whose === "server" ? this.#recess() : seconds(patience(attempt, Math.random()) * pace);
    this.#say(4, parcel, "put-off", reason, formatSpan(wait));
    return { kind: "later", after: wait };
  }

  /** Until the next try of all, and a little spread. A try under way can take half a minute. */
  #recess(): Seconds {
    const rest = this.#outage === undefined ? 0 : between(now(), this.#outage.until);
    return seconds(Math.max(rest, (this.#probing ? 10 : 1) * this.#bag.pace) * (1 + 0.2 * Math.random()));
  }

  async #endure(whose: Whose, reason: string): Promise<void> {
    this.#outage = worsen(this.#outage, whose, reason, now(), this.#bag.pace);
    if (this.#outage === undefined || this.#ailing.has("MAIL")) return;
    const long = seconds(LONG * this.#bag.pace);
    if (later(this.#outage.since, long) <= now())
      await this.#ailing.fail("MAIL", `no mail leaves by ${this.place}: ${reason}`);
  }

  #bury(message: Message, reason: string): Verdict {
    this.#bag.log(entry(3, { message: message.id, outcome: "dead", reason }));
    return { kind: "dead", reason };
  }

  #say(priority: 3 | 4 | 6, parcel: Parcel, outcome: string, said?: string, again?: string): void {
    const { id, to } = parcel;
    this.#bag.log(entry(priority, { to, parcel: id, subject: headline(parcel), outcome, again, said }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
    await this.#sent[Symbol.asyncDispose]();
  }
}

const tagOf = (address: string): string => `MAIL ${address}`.slice(0, 256);
