import { hostname } from "node:os";
import type { Redis } from "../config/redis.ts";
import { type Seconds, seconds } from "../time.ts";
import type { Broker, Dead, Intake, Message, Queue, Take } from "./contract.ts";
import { type Entry, fieldOf, messageOf, stamped } from "./entry.ts";
import { Link } from "./link.ts";
import { placeOf } from "./place.ts";
import { type Ear, serve } from "./serve.ts";
import { Stream } from "./stream.ts";

const GROUP = "sheepdog";
/** Seconds for which answers are kept. */
const ANSWERS = 86_400;
/** How much goes out before an answer is waited for: messages, and characters. A slow line has time for that much. */
const ABREAST = { messages: 500, size: 256 * 1024 } as const;

export interface Who {
  /** Under which name messages are taken; after a restart what was taken under it is handed over again. */
  readonly consumer?: string;
  /** How long another consumer must have said nothing before its messages are taken over. */
  readonly gone?: Seconds;
}

/** Redis Streams: the broker between machines. */
export class RedisStreams implements Broker {
  readonly place: string;
  readonly #redis: Redis;
  readonly #password: string | undefined;
  readonly #who: Required<Who>;
  #asking: Promise<Link> | undefined;

  constructor(redis: Redis, password: string | undefined, who: Who = {}) {
    this.place = placeOf(redis);
    this.#redis = redis;
    this.#password = password;
    this.#who = { consumer: hostname(), gone: seconds(60), ...who };
  }

  async publish(queue: Queue, bodies: readonly string[]): Promise<void> {
    if (bodies.length === 0) return;
    const link = await this.#link();
    const [key, field] = [this.#key(queue), fieldOf(queue)];
    const fields = (body: string): readonly string[] => (queue === "barks" ? stamped(body) : [field, body]);
    for (const some of portions(bodies))
      await link.all(
        [
          ...some.map((body) => ["XADD", key, "*", ...fields(body)] as const),
          // Whoever waits for answers may have gone away.
          ...(queue.startsWith("answers:") ? [["EXPIRE", key, ANSWERS] as const] : []),
        ],
        this.#redis.timeout,
      );
  }

  async consume(queue: Queue, intake: Intake, take: Take): Promise<void> {
    const bury = async (dead: readonly Dead[]): Promise<void> => {
      await this.publish(
        "dead",
        dead.map((one) => JSON.stringify(one)),
      );
      intake.buried?.(dead);
    };
    await serve({ queue, bury, open: (ear) => this.#open(queue, ear) }, intake, take);
  }

  async peek(queue: Queue, limit: number): Promise<readonly Message[]> {
    const link = await this.#link();
    const entries = await link.ask(
      ["XRANGE", this.#key(queue), "-", "+", "COUNT", limit],
      this.#redis.timeout,
    );
    return (entries as readonly Entry[]).flatMap((entry) => messageOf(entry, fieldOf(queue)) ?? []);
  }

  async remove(queue: Queue, id: string): Promise<boolean> {
    if (!/^\d{1,20}-\d{1,20}$/.test(id)) return false;
    const link = await this.#link();
    return (await link.ask(["XDEL", this.#key(queue), id], this.#redis.timeout)) === 1;
  }

  async forget(queue: Queue): Promise<void> {
    const link = await this.#link();
    await link.ask(["DEL", this.#key(queue)], this.#redis.timeout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const link = await this.#asking?.catch(() => undefined); // one that never came about needs no closing
    link?.[Symbol.dispose]();
    this.#asking = undefined;
  }

  #key(queue: Queue): string {
    return `${this.#redis.prefix}:${queue}`;
  }

  async #open(queue: Queue, ear: Ear): Promise<Stream> {
    const { signal } = ear.intake;
    const position = { key: this.#key(queue), group: GROUP, field: fieldOf(queue), ...this.#who };
    const reading = await Link.open(this.#redis, this.#password, signal);
    const asking = await this.#link(signal).catch((error: unknown) => {
      reading[Symbol.dispose]();
      throw error;
    });
    return new Stream({ reading, asking }, position, ear);
  }

  /** The connection for all but reading: made when it is needed, and again when it was lost. */
  async #link(signal?: AbortSignal): Promise<Link> {
    const old = this.#asking;
    const made = await old?.catch(() => undefined); // what was wrong then may be right now
    if (made?.whole === true) return made;
    // Unless somebody else has begun with that meanwhile.
    if (this.#asking === old) this.#asking = Link.open(this.#redis, this.#password, signal);
    return await (this.#asking as Promise<Link>);
  }
}

function* portions(bodies: readonly string[]): Generator<readonly string[]> {
  let [start, size] = [0, 0];
  for (const [at, body] of bodies.entries()) {
    if (at > start && (at - start >= ABREAST.messages || size + body.length > ABREAST.size)) {
      yield bodies.slice(start, at);
      [start, size] = [at, 0];
    }
    size += body.length;
  }
  if (start < bodies.length) yield bodies.slice(start);
}
