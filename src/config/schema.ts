import { hostname } from "node:os";
import * as z from "zod/mini";
import { isAddress } from "../address.ts";
import { key } from "./about.ts";
import { STATES } from "../bark.ts";
import { readHours } from "../hours.ts";
import { Diary } from "./diary.ts";
import { NAME, NAMING } from "../name.ts";
import { parseSpan, type Seconds } from "../time.ts";
import { file, list, maybeSpan, span, text } from "./kind.ts";
import { Receivers } from "./receiver.ts";

const LEVEL = "one or more of warning, unknown, fail, missing is needed";
const AGAIN = 'spans such as ["1h", "1d"] are needed, at least "1min" each; [] for none';
const HOURS = 'hours such as "08:00-18:00" or "Mon-Fri 22:00-06:00" are needed';
const CLOCK = 'an hour such as "07:00" is needed, or "never"';

/** Bytes: as much as the wrapper holds of each stream (src/process/capture.ts). */
const size = z.int().check(z.gte(1024), z.lte(128 * 1024));
const port = z.int().check(z.gte(1), z.lte(65_535));

const ADDRESS =
  "an address such as ops@example.org is needed, or several; no quotes, no ! or %, and a name in place of [10.0.0.1]";
/** One address, or several with blanks or commas between, or a list. */
const addresses = z.pipe(
  z.union([z.string(), z.array(z.string())], { error: ADDRESS }),
  z
    .pipe(
      z.transform((given: string | string[]) =>
        (typeof given === "string" ? given.split(/[\s,]+/) : given).filter((one) => one !== ""),
      ),
      z.array(z.string()),
    )
    .check(z.refine((all) => all.every(isAddress), { error: ADDRESS })),
);

/** An address, or one in angle brackets after a name. */
const sender = text.check(
  z.refine((given) => isAddress((/^[^<>]*<([^<>]*)>$/.exec(given)?.[1] ?? given).trim()), {
    error: "one address such as sheepdog@example.org is needed, or Name <sheepdog@example.org>",
  }),
);

const regex = z.string().check(z.refine(compiles, { error: "a JavaScript regular expression is needed" }));
function compiles(source: string): boolean {
  try {
    void new RegExp(source, "g");
    return true;
  } catch {
    return false; // what is needed is said by the error above; what stands there may be a secret
  }
}

const uri = z.string().check(
  z.regex(/^(smtps?:\/\/|sendmail:|file:\/)/, {
    error: "smtp://user@host:587, smtps://user@host, sendmail: or file:/folder is needed",
  }),
  z.refine((given) => !given.startsWith("smtp") || (URL.canParse(given) && new URL(given).hostname !== ""), {
    error: "is no URL with a host; write @ : / # % in a user or password as %40 %3A %2F %23 %25",
  }),
);

const SENTINEL = "host:port is needed";

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

export const Mail = z.strictObject({
  to: key(z.optional(addresses), "Who is told. When absent: the user whose job it was, as cron does", {
    example: ["ops@example.org"],
  }),
  from: key(z.optional(sender), "Sender; when absent sheepdog@ this machine", {
    example: "sheepdog@example.org",
  }),
  uri: key(
    z.optional(uri),
    "How mail leaves: smtp:// (STARTTLS where offered), smtps://, sendmail: (not in the sandbox of the systemd unit: say smtp://localhost there), file:/folder. When absent it is written to files in the state directory",
    { secret: "password", example: "smtp://sheepdog@smtp.example.org:587" },
  ),
  secret: key(
    z.optional(file),
    "File of mode 0600 with the SMTP password; when absent, the systemd credential `smtp`",
    { example: "/etc/sheepdog/smtp.secret" },
  ),
  starttls: key(
    z._default(z.enum(["may", "must", "never"]), "may"),
    "Whether smtp:// must turn to TLS (may, must, never); a password is sent over TLS or loopback only",
  ),
  allow: key(
    z._default(list(text, "a list of addresses is needed"), ["*"]),
    "Addresses, with * as wildcard, that a bark itself may name; others are told to `to` instead",
  ),
  retry: key(
    span("3d", { shortest: "1min", longest: "30d" }),
    "How long a mail that is refused for now is tried again",
    { unit: "span" },
  ),
});

const glob = z._default(text, "*");
const levels = list(
  z.string().check(z.refine((given) => (STATES as readonly string[]).includes(given), { error: LEVEL })),
  LEVEL,
);
const names = list(z.string().check(z.regex(NAME, { error: NAMING })), "names of receivers are needed");
const count = z.int().check(z.gte(0), z.lte(10_000));
const LONG = { longest: "365d" } as const;
const spans = z.pipe(
  list(z.string().check(z.refine((given) => (parseSpan(given) ?? 0) >= 60, { error: AGAIN })), AGAIN),
  z.transform((all: string[]) => all.map((one) => parseSpan(one) as Seconds)),
);
const hours = z
  .string()
  .check(z.refine((given) => given === "" || readHours(given) !== undefined, { error: HOURS }));

/** When a person is told, and when not. */
export const Policy = z.strictObject({
  after: key(
    z._default(count.check(z.gte(1)), 1),
    "How many barks in a row must be bad before anybody is told",
  ),
  for: key(span("0s", LONG), "And for how long it must have been bad", { unit: "span" }),
  reminders: key(
    z.prefault(spans, ["1h", "4h", "1d"]),
    "After which spans a trouble that is told and lasts is told again; the last one for ever. [] for never",
    { unit: "span" },
  ),
  flapping: key(
    z._default(count, 6),
    "So many turns between well and bad within `within` are called flapping, once; then nothing is told until it is stable. 0 for never",
  ),
  within: key(span("1h", { shortest: "1min", longest: "30d" }), "See `flapping`", { unit: "span" }),
  stable: key(
    span("30min", { shortest: "1min", longest: "30d" }),
    "What has not turned for so long flaps no more",
    { unit: "span" },
  ),
  gather: key(
    span("5s", { longest: "1h" }),
    "What happens within such a span goes into one mail a person; the more mails there were within an hour, the longer. 0s for a mail each, at once",
    { unit: "span" },
  ),
  cap: key(
    z._default(count, 20),
    "Mails a person gets in an hour at the most; what is more comes in one at the end of it. 0 for no limit",
  ),
  digest: key(
    z._default(z.string().check(z.regex(/^(never|([01]\d|2[0-3]):[0-5]\d)$/, { error: CLOCK })), "never"),
    'When a person gets the day\'s digest, by this machine\'s clock ("07:00"), or "never"',
  ),
  grace: key(
    span("10min", { shortest: "0s", longest: "30d" }),
    "How late an expected bark may be before it is called missing",
    { unit: "span" },
  ),
});

/** Who is told of what, and how. Of the routes that fit the first one that says something counts, key by key. */
export const Route = z.strictObject({
  host: key(glob, "Hosts it is about, with * as wildcard"),
  tag: key(glob, "And tags"),
  level: key(z.optional(levels), "And levels: warning, unknown, fail, missing", {
    example: ["fail", "missing"],
  }),
  hours: key(z.optional(hours), "And when, by this machine's clock", { example: "Mon-Fri 08:00-18:00" }),
  to: key(z.optional(addresses), "Whom to tell by mail", { example: ["web@example.org"] }),
  by: key(z.optional(names), "How: `mail`, or names of [receivers]. [] for nobody and nothing", {
    example: ["mail", "phone"],
  }),
  after: key(z.optional(count.check(z.gte(1))), "As in [policy], whatever `level` and `hours`", {
    example: 3,
  }),
  for: key(maybeSpan(LONG), "As in [policy]", { example: "10min", unit: "span" }),
  reminders: key(z.optional(spans), "As in [policy]", { example: ["1d"], unit: "span" }),
});

/** What must come, and how it must look. */
export const Expectation = z.strictObject({
  host: key(text, "The machine, or machines with * as wildcard (then those that were heard of)", {
    example: "penguin2",
  }),
  tag: key(text, "The tag, or tags", { example: "BORG-ETC" }),
  every: key(maybeSpan({ shortest: "1min", longest: "365d" }), "A bark must come within such a span", {
    example: "24h",
    unit: "span",
  }),
  grace: key(maybeSpan({ longest: "30d" }), "As in [policy]", { example: "2h", unit: "span" }),
  shortest: key(maybeSpan(LONG), "A run that takes less is a warning, though it ends well", {
    example: "1min",
    unit: "span",
  }),
  longest: key(maybeSpan(LONG), "And one that takes longer, or has not ended by then", {
    example: "6h",
    unit: "span",
  }),
  apart: key(maybeSpan(LONG), "And one that comes sooner than this after the one before", {
    example: "1h",
    unit: "span",
  }),
});

const named = <Table extends z.ZodMiniType>(table: Table) =>
  z._default(z.record(z.string().check(z.regex(NAME, { error: NAMING })), table), {});

export const Operators = z.strictObject({
  signers: key(
    z._default(file, "/etc/sheepdog/operators"),
    "On the handler's machine: whose signature it obeys, one a line as ssh-keygen(1) has it under ALLOWED SIGNERS. Root's, and nobody else may write to it. Without it only this machine's own administrators may silence and acknowledge",
  ),
  key: key(
    z.optional(file),
    "What `sheepdog silence` and `sheepdog ack` sign with: a private SSH key, or a public one whose other half is in the agent. When absent: what the agent holds. Whoever may read the handler's own key needs neither",
    { example: "/home/alice/.ssh/id_ed25519" },
  ),
});

const rhythm = "give either `every` or `calendar`, not both";

/** One thing that is watched on this machine. Besides these keys it has those of its plugin, which that knows
 * (src/plugin/settings.ts). */
export const Indicator = z
  .looseObject({
    use: key(z.optional(text), "The plugin that reads it; when absent the one of the table's name", {
      example: "nagios",
    }),
    enabled: key(z._default(z.boolean(), true), "Whether `sheepdog-daemon` lets it be read"),
    every: key(
      maybeSpan({ shortest: "1s", longest: "365d" }),
      "How often it is read; when absent as its plugin says",
      {
        example: "5min",
        unit: "span",
      },
    ),
    calendar: key(z.optional(text), "Or when, as systemd.time(7) writes it", { example: "Mon..Fri 06:30" }),
    timeout: key(span("30s", { shortest: "1s", longest: "1h" }), "How long a reading may take", {
      unit: "span",
    }),
    user: key(
      z.optional(text),
      "The user that reads it; when absent the one of the unit, sheepdog. root may read everything, and do nothing else",
      { example: "backup" },
    ),
    tag: key(z.optional(text), "What it is called in barks; when absent as its table", { example: "DISK" }),
    mailto: key(z.optional(addresses), "Whom to tell instead of the server's default", {
      example: ["storage@example.org"],
    }),
  })
  .check(
    z.refine(({ every, calendar }) => every === undefined || calendar === undefined, {
      path: ["calendar"],
      error: rhythm,
    }),
  );

/** Everything that can be configured, for all units. What reads it: load.ts. What explains it: sample.ts. */
export const Config = z.strictObject({
  name: key(
    z._default(text.check(z.maxLength(253)), hostname),
    "What this machine is called in barks; when absent its host name",
    { example: "penguin2" },
  ),
  capture: key(
    z._default(size, 65_536),
    "Bytes kept of each of stdout and stderr, half from the head and half from the tail",
  ),
  grace: key(
    span("10s", { longest: "1h" }),
    "How long a job that is stopped has between SIGTERM and SIGKILL",
    {
      unit: "span",
    },
  ),
  redact: key(
    z._default(list(regex, "a list of regular expressions is needed"), []),
    "More patterns (JavaScript regular expressions) to mask in what leaves this machine",
  ),
  plugins: key(
    z._default(list(file, "a list of absolute paths is needed"), ["/etc/sheepdog/plugins"]),
    "Folders with plugins of your own; see HACKING.md, and `sheepdog plugin list` for all there are",
  ),
  redis: key(
    z.optional(Redis),
    "The broker between machines. Without this table the spool alone carries: one machine, no server",
  ),
  mail: key(z.prefault(Mail, {}), "How a person is told"),
  policy: key(z.prefault(Policy, {}), "When a person is told, and when not; every key has a value that does"),
  routes: key(
    named(Route),
    "Who is told of what and how, one table each. Of those that fit the first that says something counts, key by key; else [mail] and [policy] say it",
  ),
  expect: key(
    named(Expectation),
    "What must come, one table each. What a job says itself (--expect, or its timer) needs none",
  ),
  operators: key(z.prefault(Operators, {}), "Who may silence and acknowledge"),
  receivers: z._default(Receivers, {}),
  diary: key(
    z.prefault(Diary, {}),
    "What is planned: its alarms are told, and what it says is maintenance is silent; see `sheepdog diary`",
  ),
  indicators: key(
    named(Indicator),
    "What is watched on this machine, one table each: these keys, and the settings that `sheepdog plugin list` tells. Without any, `sheepdog-daemon` watches what every machine has",
    { example: "root-disk" },
  ),
});
export type Config = z.output<typeof Config>;
export type Redis = z.output<typeof Redis>;
export type Mail = z.output<typeof Mail>;
export type Operators = z.output<typeof Operators>;
export type Indicator = z.output<typeof Indicator>;
export type Policy = z.output<typeof Policy>;
export type Route = z.output<typeof Route>;
export type Expectation = z.output<typeof Expectation>;
