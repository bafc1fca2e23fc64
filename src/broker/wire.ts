import { connect, type Socket } from "node:net";
import type { Redis } from "../config/redis.ts";
import { milliseconds } from "../time.ts";
import { certificates } from "./certificates.ts";
import { stamped } from "./entry.ts";
import { placeOf } from "./place.ts";
import { fault, refusal } from "./refusal.ts";
import { type Answer, answers, request } from "./resp.ts";

/** Appends to the queue `barks` without a Redis client: the wrapper of a job comes by here, and loading ioredis
 * alone costs as much as starting node does. Resolves when Redis has all of them.
 * @throws Trouble when it has not, or did not say so within `redis.timeout`. Some may be there nevertheless */
export async function deliver(
  redis: Redis,
  password: string | undefined,
  bodies: readonly string[],
): Promise<void> {
  if (bodies.length === 0) return;
  if (redis.sentinels.length > 0) return await viaSentinel(redis, password, bodies);
  try {
    await converse(redis, () => conversation(redis, password, bodies));
  } catch (error) {
    throw refusal(placeOf(redis), error, password);
  }
}

async function viaSentinel(
  redis: Redis,
  password: string | undefined,
  bodies: readonly string[],
): Promise<void> {
  const { RedisStreams } = await import("./redis.ts");
  const broker = new RedisStreams(redis, password);
  try {
    await broker.publish("barks", bodies);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
}

function conversation(
  redis: Redis,
  password: string | undefined,
  bodies: readonly string[],
): readonly (readonly string[])[] {
  return [
    ...(redis.user !== undefined
      ? [["AUTH", redis.user, password ?? ""]]
      : password !== undefined
        ? [["AUTH", password]]
        : []),
    ...(redis.db === 0 ? [] : [["SELECT", String(redis.db)]]),
    ...bodies.map((body) => ["XADD", `${redis.prefix}:barks`, "*", ...stamped(body)]),
  ];
}

/** Says everything at once and listens until everything is answered.
 * @param words  called once there is somebody to say it to: it tells the time */
async function converse(redis: Redis, words: () => readonly (readonly string[])[]): Promise<void> {
  const { socket, connected } = await dial(redis);
  await new Promise<void>((resolve, reject) => {
    const end = (error?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const timer = setTimeout(() => end(fault("ETIMEDOUT")), milliseconds(redis.timeout));
    let [open, rest] = [Infinity, ""];
    socket.setEncoding("latin1");
    socket.on("error", end);
    socket.on("close", () => end(fault("ECLOSED")));
    socket.on("data", (heard: string) => {
      const read = answers(rest + heard);
      if (read === undefined || read.whole.length > open) return end(fault("ENOREDIS"));
      rest = read.rest;
      open -= read.whole.length;
      const refused = read.whole.find(isRefusal);
      if (refused !== undefined) end(new Error(refused.text ?? ""));
      else if (open === 0) end();
    });
    socket.once(connected, () => {
      const requests = words();
      open = requests.length;
      socket.write(requests.map(request).join(""));
    });
  });
}

/** A password that nobody asked for is no reason to keep a bark back. */
const isRefusal = ({ kind, text }: Answer): boolean =>
  kind === "refused" && !/no password is set|without any password configured/.test(text ?? "");

async function dial(redis: Redis): Promise<{ readonly socket: Socket; readonly connected: string }> {
  const where = redis.socket === undefined ? { host: redis.host, port: redis.port } : { path: redis.socket };
  const pems = certificates(redis);
  if (pems === undefined) return { socket: connect(where), connected: "connect" };
  const tls = await import("node:tls");
  return { socket: tls.connect({ ...where, ...pems }), connected: "secureConnect" };
}
