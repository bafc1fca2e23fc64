import { hostname } from "node:os";
import { z } from "zod";
import { parseSpan, type Seconds } from "../time.ts";

const span = (fallback: string) =>
  z
    .string()
    .refine((text) => parseSpan(text) !== undefined, { error: 'a span such as "30s", "2h" or "1d" is needed' })
    .default(fallback)
    .transform((text) => parseSpan(text) as Seconds);

/** One address, or several with blanks or commas between, or a list. */
const addresses = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === "string" ? given.split(/[\s,]+/) : given).filter((one) => one !== ""))
  .refine((all) => all.every((one) => /^[^\s<>,;:"\\]+$/.test(one)), { error: "an address such as ops@example.org is needed" });

const size = z.number().int().min(1024).max(1024 * 1024);

const regex = z.string().refine(
  (text) => {
    try {
      return new RegExp(text, "g") !== undefined;
    } catch {
      return false; // what is wrong with it is said by the error below
    }
  },
  { error: "a JavaScript regular expression is needed" },
);

export const Redis = z.strictObject({
  host: z.string().min(1).default("127.0.0.1").describe("Where Redis listens"),
  port: z.number().int().min(1).max(65_535).default(6379).describe("And on which port"),
  socket: z.string().startsWith("/").optional().describe("A Unix socket instead of host and port"),
  db: z.number().int().min(0).default(0).describe("Number of the database"),
  user: z.string().min(1).optional().describe("ACL user; etc/users.acl has one for each role"),
  password: z.string().min(1).optional().describe("Its password, where this file has mode 0600; better is `secret`").meta({ secret: true }),
  secret: z.string().startsWith("/").optional().describe("File of mode 0600 with the password; when absent, the systemd credential `redis`"),
  tls: z.boolean().default(false).describe("Speak TLS"),
  ca: z.string().startsWith("/").optional().describe("Certificates to trust (PEM) instead of the system's; implies tls"),
  cert: z.string().startsWith("/").optional().describe("Our own certificate (PEM), where Redis asks for one"),
  key: z.string().startsWith("/").optional().describe("And its key (PEM)"),
  timeout: span("2s").describe("How long a job's wrapper waits for Redis before it leaves the bark in the spool"),
  sentinels: z.array(z.string().regex(/^.+:\d+$/, { error: "host:port is needed" })).default([]).describe("Sentinels to ask where the master is"),
  master: z.string().min(1).default("mymaster").describe("The master's name there"),
  prefix: z.string().regex(/^[A-Za-z0-9_.-]+$/).default("sheepdog").describe("First part of the names of all keys"),
});

export const Mail = z.strictObject({
  to: addresses.optional().describe("Who is told. When absent: the user whose job it was, as cron does"),
  from: z.string().min(3).optional().describe("Sender; when absent sheepdog@ this machine"),
  uri: z
    .string()
    .regex(/^(smtps?:\/\/|sendmail:|file:\/)/, { error: "smtp://user@host:587, smtps://user@host, sendmail: or file:/folder is needed" })
    .optional()
    .describe("How mail leaves: smtp:// (STARTTLS where offered), smtps://, sendmail:, file:/folder. When absent it is written to files in the state directory")
    .meta({ secret: true }),
  secret: z.string().startsWith("/").optional().describe("File of mode 0600 with the SMTP password; when absent, the systemd credential `smtp`"),
  starttls: z.enum(["may", "must", "never"]).default("may").describe("Whether smtp:// must turn to TLS; a password is sent over TLS or loopback only"),
  allow: z.array(z.string().min(1)).default(["*"]).describe("Addresses, with * as wildcard, that a bark itself may name; others are told to `to` instead"),
  retry: span("3d").describe("How long a mail that is refused for now is tried again"),
});

/** Everything that can be configured, for all units. What reads it: load.ts. What explains it: sample.ts. */
export const Config = z.strictObject({
  name: z.string().min(1).max(253).default(hostname).describe("What this machine is called in barks; when absent its host name"),
  capture: size.default(65_536).describe("Bytes kept of each of stdout and stderr, half from the head and half from the tail"),
  grace: span("10s").describe("How long a job that is stopped has between SIGTERM and SIGKILL"),
  redact: z.array(regex).default([]).describe("More patterns (JavaScript regular expressions) to mask in what leaves this machine"),
  redis: Redis.optional().describe("The broker between machines. Without this table the spool alone carries: one machine, no server"),
  mail: Mail.default(() => Mail.parse({})).describe("How a person is told"),
});
export type Config = z.output<typeof Config>;
export type Redis = z.output<typeof Redis>;
export type Mail = z.output<typeof Mail>;
