import type { Redis } from "../config/redis.ts";

/** Where Redis is, for a person: "redis 127.0.0.1:6379". */
export function placeOf(redis: Redis): string {
  if (redis.sentinels.length > 0) return `redis ${redis.master} of ${redis.sentinels.join(", ")}`;
  return `redis ${redis.socket ?? `${redis.host}:${redis.port}`}`;
}
