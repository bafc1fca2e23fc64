import * as z from "zod/mini";
import { key } from "./about.ts";
import { file, list, span, text } from "./kind.ts";

const port = z.int().check(z.gte(1), z.lte(65_535));

const SENTINEL = "host:port is needed";

/** The broker between machines. */
export const Redis = z
  .strictObject({
    host: key(z._default(text, "127.0.0.1"), "Where Redis listens"),
    port: key(z._default(port, 6379), "And on which port"),
    socket: key(z.optional(file), "A Unix socket instead of host and port", {
      example: "/run/redis/redis.sock",
    }),
    db: key(z._default(z.int().check(z.gte(0)), 0), "Number of the database"),
    user: key(
      z.optional(text),
      "ACL user; etc/users.acl has one for each role. A unit that systemd gives the credential `redis-handler`, `redis-mailer`, `redis-receiver` or `redis-notifier` is the user of that name instead",
      { example: "client" },
    ),
    password: key(
      z.optional(text),
      "Its password, where this file has mode 0600; better is `secret`. One of the two, not both",
      {
        secret: "all",
        example: "change-me",
      },
    ),
    secret: key(
      z.optional(file),
      "File of mode 0600 with the password. Where neither it nor `password` is given: the systemd credential `redis`, if there is one",
      { example: "/etc/sheepdog/redis.secret" },
    ),
    tls: key(z._default(z.boolean(), false), "Speak TLS"),
    ca: key(z.optional(file), "Certificates to trust (PEM) instead of the system's; implies tls", {
      example: "/etc/sheepdog/ca.pem",
    }),
    cert: key(z.optional(file), "Our own certificate (PEM), where Redis asks for one", {
      example: "/etc/sheepdog/client.pem",
    }),
    key: key(z.optional(file), "And its key (PEM)", { example: "/etc/sheepdog/client.key" }),
    timeout: key(
      span("2s", { shortest: "100ms", longest: "30s" }),
      "How long a job's wrapper waits for Redis before it leaves the bark in the spool",
      { unit: "span" },
    ),
    sentinels: key(
      z._default(
        list(z.string().check(z.regex(/^[^\s:]+:\d+$|^\[[^\s\]]+\]:\d+$/, { error: SENTINEL })), SENTINEL),
        [],
      ),
      "Sentinels (host:port) to ask where the master is",
    ),
    master: key(z._default(text, "mymaster"), "The master's name there"),
    prefix: key(
      z._default(
        z.string().check(z.regex(/^[A-Za-z0-9_.-]+$/, { error: "letters, digits, _ . - only" })),
        "sheepdog",
      ),
      "First part of the names of all keys",
    ),
  })
  .check(
    z.refine((redis) => redis.cert === undefined || redis.key !== undefined, {
      path: ["cert"],
      error: "needs its `key` beside it",
    }),
    z.refine((redis) => redis.key === undefined || redis.cert !== undefined, {
      path: ["key"],
      error: "needs its `cert` beside it",
    }),
    // Which of the two holds would be a guess, and after a rotation the wrong one.
    z.refine((redis) => redis.password === undefined || redis.secret === undefined, {
      path: ["password"],
      error: "is given beside `secret`; keep one, better `secret`",
    }),
  );
export type Redis = z.output<typeof Redis>;
