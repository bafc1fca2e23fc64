import { Redis as Client, type RedisOptions } from "ioredis";
import type { Redis } from "../config/redis.ts";
import { milliseconds, type Seconds, seconds } from "../time.ts";
import { certificates } from "./certificates.ts";
import { placeOf } from "./place.ts";
import { fault, refusal } from "./refusal.ts";

type Words = readonly [command: string, ...words: (string | number)[]];

/** One connection to Redis, from being made to being lost. It is never mended: whoever needs one makes a new one.
 * So no command is sent twice behind our back, and none is left pending for ever, as ioredis may leave a blocking
 * one after a reconnect. */
export class Link implements Disposable {
  readonly #client: Client;
  readonly #fail: (error: unknown) => Error;
  #whole = true;

  private constructor(client: Client, fail: (error: unknown) => Error) {
    this.#client = client;
    this.#fail = fail;
    client.on("close", () => (this.#whole = false));
  }

  /** @throws Trouble when Redis is away, refuses, or does not answer within `redis.timeout` */
  static async open(redis: Redis, password: string | undefined, signal?: AbortSignal): Promise<Link> {
    const fail = (error: unknown): Error => refusal(placeOf(redis), error, password);
    const client = new Client(options(redis, password));
    let first: Error | undefined;
    client.on("error", (error: Error) => (first ??= error));
    const drop = (): void => client.disconnect();
    signal?.addEventListener("abort", drop);
    try {
      await limited(client, client.connect(), redis.timeout);
      // A database that is not there is told by an event only, and all goes on in database 0.
      if (first !== undefined) throw first;
      return new Link(client, fail);
    } catch (error) {
      client.disconnect();
      throw fail(first ?? error);
    } finally {
      signal?.removeEventListener("abort", drop);
    }
  }

  /** Whether it can still be used, as far as is known. */
  get whole(): boolean {
    return this.#whole;
  }

  /** @param tolerated  refusals that are as good as success
   * @throws Trouble when it is refused, or not answered in time; then the connection is over, too */
  async ask([command, ...words]: Words, within: Seconds, tolerated?: RegExp): Promise<unknown> {
    try {
      return await limited(this.#client, this.#client.call(command, ...words), within);
    } catch (error) {
      const said = (error as Error).message;
      if (tolerated?.test(said)) return undefined;
      throw this.#failed(error, said);
    }
  }

  /** Says all at once.
   * @throws Trouble when one of them is refused, or not all are answered in time */
  async all(requests: readonly Words[], within: Seconds): Promise<readonly unknown[]> {
    const pipeline = this.#client.pipeline();
    for (const [command, ...words] of requests) pipeline.call(command, ...words);
    try {
      const answers = (await limited(this.#client, pipeline.exec(), within)) ?? [];
      for (const [error] of answers) if (error !== null) throw error;
      return answers.map(([, answer]) => answer);
    } catch (error) {
      throw this.#failed(error, (error as Error).message);
    }
  }

  [Symbol.dispose](): void {
    this.#whole = false;
    this.#client.disconnect();
  }

  #failed(error: unknown, said: string): Error {
    // The master is another one now: the next connection asks the sentinels, or the name service, again.
    if (/^(READONLY|MASTERDOWN)/.test(said)) this[Symbol.dispose]();
    return this.#fail(error);
  }
}

/** What is not answered in time is not waited for, and nothing else is read from that connection. */
async function limited<Answer>(client: Client, answer: Promise<Answer>, within: Seconds): Promise<Answer> {
  return await new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(fault("ETIMEDOUT"));
      client.disconnect();
    }, milliseconds(within));
    const over = (): void => clearTimeout(timer);
    answer.then(resolve, reject).finally(over);
  });
}

function options(redis: Redis, password: string | undefined): Omit<RedisOptions, "replyMapping"> {
  const pems = certificates(redis);
  const tls = pems === undefined ? {} : { tls: pems, sentinelTLS: pems, enableTLSForSentinelMode: true };
  const where =
    redis.sentinels.length > 0
      ? { sentinels: redis.sentinels.map(address), name: redis.master, sentinelRetryStrategy: () => null }
      : redis.socket === undefined
        ? { host: redis.host, port: redis.port }
        : { path: redis.socket };
  return {
    ...where,
    ...tls,
    ...(redis.user === undefined ? {} : { username: redis.user, password: "" }),
    ...(password === undefined ? {} : { password }),
    db: redis.db,
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // A client may do next to nothing: no INFO, no CLIENT SETINFO.
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    connectTimeout: milliseconds(redis.timeout),
    sentinelCommandTimeout: milliseconds(redis.timeout),
    disconnectTimeout: milliseconds(seconds(0.1)),
  };
}

/** "host:26379", "[::1]:26379" */
function address(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}
