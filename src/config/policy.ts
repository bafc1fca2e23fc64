import * as z from "zod/mini";
import { LIMITS, STATES } from "../bark.ts";
import { readHours } from "../hours.ts";
import { NAME, NAMING } from "../name.ts";
import { parseSpan, type Seconds } from "../time.ts";
import { key } from "./about.ts";
import { addresses, list, maybeSpan, span, text } from "./kind.ts";

const LEVEL = "one or more of warning, unknown, fail, missing is needed";
const AGAIN = 'spans such as ["1h", "1d"] are needed, at least "1min" each; [] for none';
const HOURS = 'hours such as "08:00-18:00" or "Mon-Fri 22:00-06:00" are needed';
const CLOCK = 'an hour such as "07:00" is needed, or "never"';

// Each time another object, for what is said of a key is kept by object.
const one = () => text.check(z.maxLength(LIMITS.host));
const glob = () => z._default(one(), "*");
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
  host: key(glob(), "Hosts it is about, with * as wildcard"),
  tag: key(glob(), "And tags"),
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
  host: key(one(), "The machine, or machines with * as wildcard (then those that were heard of)", {
    example: "penguin2",
  }),
  tag: key(one(), "The tag, or tags", { example: "BORG-ETC" }),
  every: key(maybeSpan({ shortest: "1min", longest: "365d" }), "A bark must come within such a span", {
    example: "24h",
    unit: "span",
  }),
  grace: key(maybeSpan({ longest: "30d" }), "As in [policy]", { example: "2h", unit: "span" }),
  shortest: key(maybeSpan(LONG), "A run that takes less is a warning, though it ends well", {
    example: "1min",
    unit: "span",
  }),
  longest: key(
    maybeSpan(LONG),
    "And one that takes longer, or has not ended by then; seen of runs that bark each time (`--always --expect`)",
    {
      example: "6h",
      unit: "span",
    },
  ),
  apart: key(maybeSpan(LONG), "And one that comes sooner than this after the one before", {
    example: "1h",
    unit: "span",
  }),
});

export type Policy = z.output<typeof Policy>;
export type Route = z.output<typeof Route>;
export type Expectation = z.output<typeof Expectation>;
