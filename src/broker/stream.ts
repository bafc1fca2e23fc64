import { milliseconds, type Seconds, seconds } from "../time.ts";
import { claim, rivals, type Stand } from "./claim.ts";
import type { Message } from "./contract.ts";
import { type Entry, messageOf } from "./entry.ts";
import type { Link } from "./link.ts";
import type { Ear, Source } from "./serve.ts";

/** How long Redis holds a read back while there is nothing new, and after which silence it is thought dead. */
const BLOCK = seconds(30);
const SILENCE = seconds(35);
const PATIENCE = seconds(10);
/** Characters in one batch, more or less. */
const BATCH = 8 * 1024 * 1024;
/** Messages that were put off and are read again at a time. */
const PAGE = 100;
/** Behind everything. Redis itself means ">" by the very last id. */
const LAST = "18446744073709551615-0";

export interface Position extends Stand {
  /** Name of the field with the message. */
  readonly field: string;
  /** How long a consumer must have said nothing before its messages are taken over. */
  readonly gone: Seconds;
}

/** A stream has two connections: one reads, and may be held back by Redis; the other does all else. */
export interface Links {
  readonly reading: Link;
  readonly asking: Link;
}

/** One queue in Redis while it is consumed. The next batch is on its way while one is being handled. */
export class Stream implements Source {
  readonly #links: Links;
  readonly #position: Position;
  readonly #ear: Ear;
  /** Where in what was handed over earlier and never finished the next read starts; ">" once that is through. */
  #cursor = "0";
  /** Entries of one read. */
  #count: number;
  #arrived: readonly Message[] | "drained" | undefined;
  #lost: unknown;
  readonly #began = performance.now();
  #tending: NodeJS.Timeout | undefined;

  constructor(links: Links, position: Position, ear: Ear) {
    this.#links = links;
    this.#position = position;
    this.#ear = ear;
    this.#count = Math.min(64, ear.intake.batch);
    ear.intake.signal.addEventListener("abort", this.#hangUp);
    if (ear.intake.signal.aborted) this.#hangUp();
  }

  async start(): Promise<void> {
    const { reading } = this.#links;
    const { key, group, gone } = this.#position;
    const create = reading.ask(["XGROUP", "CREATE", key, group, "0", "MKSTREAM"], PATIENCE, /^BUSYGROUP/);
    // A full Redis makes no group, but if there is one what waits can be drained.
    const unmade = await create.then(
      () => undefined,
      (error: unknown) => error,
    );
    await claim(reading, this.#position, gone).catch((error: unknown) => {
      throw unmade ?? error;
    });
    this.#receive(await this.#read());
    const tend = (): void => void this.#tend().catch((error: unknown) => this.#lose(error));
    this.#tending = setInterval(tend, milliseconds(gone) / 3);
  }

  async next(): Promise<readonly Message[] | undefined> {
    const { intake, later, bell } = this.#ear;
    while (!intake.signal.aborted) {
      intake.pulse?.beat();
      if (this.#lost !== undefined) throw this.#lost;
      const due = await this.#again(later.take(Math.min(intake.batch, PAGE)));
      if (due.length > 0) return due;
      const arrived = this.#arrived;
      if (arrived === "drained") return undefined;
      if (arrived === undefined) await bell.heard();
      else {
        this.#arrived = undefined;
        this.#read().then(
          (read) => this.#receive(read),
          (error: unknown) => this.#lose(error),
        );
        if (arrived.length > 0) return arrived;
      }
    }
    return undefined;
  }

  async remove(ids: readonly string[]): Promise<void> {
    const { key, group } = this.#position;
    // In this order: what is acknowledged and not deleted would stay in the stream for good, what is deleted and
    // not acknowledged is a ghost, and forgotten when it is met.
    await this.#links.asking.all(
      [
        ["XDEL", key, ...ids],
        ["XACK", key, group, ...ids],
      ],
      PATIENCE,
    );
  }

  [Symbol.dispose](): void {
    clearInterval(this.#tending);
    this.#ear.intake.signal.removeEventListener("abort", this.#hangUp);
    this.#hangUp();
  }

  /** Whoever has to leave waits for no answer. What was on its way is handed over again another time. */
  readonly #hangUp = (): void => this.#links.reading[Symbol.dispose]();

  #receive(read: readonly Message[] | "drained"): void {
    this.#arrived = read;
    this.#ear.bell.ring();
  }

  #lose(error: unknown): void {
    this.#lost = error;
    this.#ear.bell.ring();
  }

  /** @returns an empty batch when nothing came in time */
  async #read(): Promise<readonly Message[] | "drained"> {
    const { key, group, consumer } = this.#position;
    const { once } = this.#ear.intake;
    const fresh = this.#cursor === ">";
    const block = fresh && !once ? ["BLOCK", milliseconds(BLOCK)] : [];
    const words = ["GROUP", group, consumer, "COUNT", this.#count, ...block, "STREAMS", key, this.#cursor];
    const answer = (await this.#links.reading.ask(["XREADGROUP", ...words], SILENCE)) as
      | readonly [readonly [string, readonly Entry[]]]
      | null;
    const entries = answer?.[0][1] ?? [];
    if (fresh) {
      if (entries.length === 0) return once ? "drained" : [];
      return this.#weigh(this.#messages(entries));
    }
    this.#cursor = entries.at(-1)?.[0] ?? ">";
    await this.#forget(entries.filter(([, fields]) => fields === null).map(([id]) => id));
    return this.#weigh(this.#messages(entries.filter(([id]) => !this.#ear.later.has(id))));
  }

  #messages(entries: readonly Entry[]): readonly Message[] {
    return entries.flatMap((entry) => messageOf(entry, this.#position.field) ?? []);
  }

  /** Large messages are read fewer at a time: memory is bounded, whatever the size of a batch. */
  #weigh(messages: readonly Message[]): readonly Message[] {
    const size = messages.reduce((sum, { body }) => sum + body.length, 0);
    const { batch } = this.#ear.intake;
    if (size > BATCH) this.#count = Math.max(1, this.#count >> 1);
    else if (size < BATCH / 2 && messages.length === this.#count)
      this.#count = Math.min(batch, this.#count * 2);
    return messages;
  }

  /** Reads what was put off. What is no longer there needs nothing any more. */
  async #again(ids: readonly string[]): Promise<readonly Message[]> {
    if (ids.length === 0) return [];
    const { key, field } = this.#position;
    const answers = await this.#links.asking.all(
      ids.map((id) => ["XRANGE", key, id, id]),
      PATIENCE,
    );
    const messages = (answers as readonly (readonly Entry[])[]).map(
      ([entry]) => entry && messageOf(entry, field),
    );
    await this.#forget(ids.filter((_, at) => messages[at] === undefined));
    return messages.filter((message) => message !== undefined);
  }

  /** Ghosts: they were deleted by somebody while they were ours to handle. */
  async #forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await this.#links.asking.ask(["XACK", this.#position.key, this.#position.group, ...ids], PATIENCE);
  }

  /** Lets the others know that we live, however long the batch in hand takes, and looks after what they left. */
  async #tend(): Promise<void> {
    const { key, group, consumer, gone } = this.#position;
    const { asking } = this.#links;
    await asking.ask(["XREADGROUP", "GROUP", group, consumer, "COUNT", 1, "STREAMS", key, LAST], PATIENCE);
    for (const id of await claim(asking, this.#position, gone)) this.#ear.later.put(id, seconds(0));
    const { rivals: told } = this.#ear.intake;
    if (told === undefined) return;
    const others = await rivals(asking, this.#position, seconds((performance.now() - this.#began) / 1000));
    if (others.length > 0) told(others);
  }
}
