/** What a bark is: one message that says what was seen, where, when and how bad.
 * Nothing of ours is imported here: this file is the contract with every other language. */

export const LEVELS = ["ok", "warning", "unknown", "fail"] as const;
/** How bad, in rising order. */
export type Level = (typeof LEVELS)[number];

/** What a subject is in: a level, or `missing` where what was expected did not come. */
export const STATES = [...LEVELS, "missing"] as const;
export type State = (typeof STATES)[number];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fact = readonly [relation: string, ...terms: (string | number | boolean)[]];

export interface Bark {
  /** The idempotency key: a bark that arrives twice is one bark. UUIDv7 where we made it. */
  readonly id: string;
  /** RFC 3339, UTC: when it was seen, by the clock of the machine that saw it. */
  readonly time: string;
  readonly host: string;
  readonly user?: string;
  /** What it is about; (host, tag) is the subject of a state. */
  readonly tag: string;
  /** The plugin whose receiver understands `content`. */
  readonly monitor: string;
  readonly level: Level;
  /** One line a person understands. */
  readonly summary: string;
  /** Seconds the job took. */
  readonly elapsed?: number;
  readonly content?: { readonly [key: string]: Json };
  readonly facts?: readonly Fact[];
  /** Whom to tell, when the machine that barks knows better than the server. */
  readonly mailto?: readonly string[];
  /** The next bark of this subject is due within this span, such as "24h". */
  readonly expect?: string;
  /** Or at this moment (RFC 3339). */
  readonly due?: string;
}

/** What the monitor `error` puts into `content`. */
export interface Run {
  readonly command: string;
  readonly start: string;
  readonly end: string;
  /** Exit code of the job itself; null when a signal ended it or it never started. */
  readonly status: number | null;
  readonly signal: string | null;
  /** The span after which it was stopped, in seconds; null when it was not. */
  readonly timeout: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Where a unit failed, the monitor `unit` has what it wrote to the journal in place of the two streams. */
  readonly journal?: string;
  /** Whether something was left out of either stream. */
  readonly truncated: boolean;
}

export const LIMITS = {
  /** Bytes of a whole bark as JSON. */
  bark: 256 * 1024,
  id: 64,
  host: 253,
  tag: 256,
  monitor: 64,
  summary: 1024,
  mailto: 32,
  expect: 64,
  facts: 10_000,
  /** Levels of nesting, so that no reader of a stored bark runs out of stack. */
  depth: 32,
} as const;

/** What is filled in on arrival where a bark does not say. */
export interface Arrival {
  readonly id: string;
  readonly time: string;
}

type Parsed = { readonly ok: true; readonly value: Bark } | { readonly ok: false; readonly fault: string };

/** Reads one bark off the wire. Only host, tag and level are required; unknown keys are dropped.
 * @returns the bark, or the fault with its remedy, in words for whoever made the bark */
export function parseBark(text: string, arrival: Arrival): Parsed {
  // A character is at most three bytes: most barks are short enough not to be counted.
  if (text.length > LIMITS.bark / 3 && Buffer.byteLength(text) > LIMITS.bark)
    return fault(
      `a bark is at most ${LIMITS.bark} bytes, this one has ${Buffer.byteLength(text)}; shorten stdout and stderr`,
    );
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return fault(`not JSON (${(error as Error).message.slice(0, 200)}); send one JSON object`);
  }
  return readBark(raw, arrival);
}

/** The same for a value that is already parsed. Every bark of the herd comes by here: the checks are in a row and
 * the bark is built once, because a table of checks takes three times as long. */
export function readBark(raw: unknown, arrival: Arrival): Parsed {
  if (!isObject(raw)) return fault('not a JSON object; send {"host": …, "tag": …, "level": …}');
  const { id, time, host, user, tag, monitor, level, summary, elapsed, content, facts, mailto, expect, due } =
    raw;
  const wrong =
    text("host", host, LIMITS.host, "needed") ??
    text("tag", tag, LIMITS.tag, "needed") ??
    (LEVELS.includes(level as Level)
      ? undefined
      : level === undefined || level === null
        ? missing("level")
        : `\`level\` must be one of ${LEVELS.join(", ")}`) ??
    text("id", id, LIMITS.id) ??
    moment("time", time) ??
    text("monitor", monitor, LIMITS.monitor) ??
    text("user", user, LIMITS.host, "may be empty") ??
    text("summary", summary, LIMITS.summary, "may be empty") ??
    span(elapsed) ??
    text("expect", expect, LIMITS.expect) ??
    moment("due", due) ??
    (absent(content) || isObject(content) ? undefined : "`content` must be a JSON object") ??
    tuples(facts) ??
    addresses(mailto) ??
    // Nothing else can nest.
    (deeper(content, LIMITS.depth)
      ? `nested deeper than ${LIMITS.depth} levels; flatten \`content\``
      : undefined);
  if (wrong !== undefined) return fault(wrong);
  const bark: { -readonly [Key in keyof Bark]: Bark[Key] } = {
    id: (id as string | null) ?? arrival.id,
    time: (time as string | null) ?? arrival.time,
    host: host as string,
    tag: tag as string,
    monitor: (monitor as string | null) ?? "error",
    level: level as Level,
    summary: (summary as string | null) ?? (level as Level),
  };
  if (!UTC.test(bark.time)) bark.time = new Date(bark.time).toISOString();
  if (!absent(user)) bark.user = user as string;
  if (!absent(elapsed)) bark.elapsed = elapsed as number;
  if (!absent(content)) bark.content = content as { readonly [key: string]: Json };
  if (!absent(facts)) bark.facts = facts as readonly Fact[];
  if (!absent(mailto)) bark.mailto = mailto as readonly string[];
  if (!absent(expect)) bark.expect = expect as string;
  if (!absent(due)) bark.due = due as string;
  return { ok: true, value: bark };
}

/** The text of a bark that goes to another queue. There it arrives anew, perhaps twice: what would be filled in on
 * arrival is written into it, so that it stays one bark. All else of the text stays as it is; so does what is no
 * JSON object, or would become too long. */
export function named(text: string, arrival: Arrival): string {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return text; // whoever handles it says what is wrong with it
  }
  if (!isObject(raw)) return text;
  const missing: Partial<Arrival> = {
    ...(absent(raw["id"]) ? { id: arrival.id } : {}),
    ...(absent(raw["time"]) ? { time: arrival.time } : {}),
  };
  if (Object.keys(missing).length === 0) return text;
  // At the end: of two keys of one name the last one counts, and `id` may be there as null.
  const comma = Object.keys(raw).length === 0 ? "" : ",";
  const whole = `${text.slice(0, text.lastIndexOf("}"))}${comma}${JSON.stringify(missing).slice(1)}`;
  return Buffer.byteLength(whole) > LIMITS.bark ? text : whole;
}

const fault = (text: string): Parsed => ({ ok: false, fault: text });
const absent = (value: unknown): value is undefined | null => value === undefined || value === null;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

// Each of these returns what is wrong with a value, with its remedy, or undefined.

function text(
  key: keyof Bark,
  value: unknown,
  limit: number,
  how?: "needed" | "may be empty",
): string | undefined {
  if (absent(value)) return how === "needed" ? missing(key) : undefined;
  if (typeof value !== "string") return `\`${key}\` must be a string`;
  if (value === "" && how !== "may be empty") return `\`${key}\` must not be empty`;
  return value.length > limit ? `\`${key}\` is longer than ${limit} characters; shorten it` : undefined;
}

const EXAMPLES: Readonly<Record<string, string>> = { host: '"nas"', tag: '"SCRUB"', level: '"fail"' };
const missing = (key: string): string => `\`${key}\` is missing; give it, for example ${EXAMPLES[key]}`;

/** As we write it ourselves, and as it is kept. */
const UTC = /^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function moment(key: keyof Bark, value: unknown): string | undefined {
  if (absent(value)) return undefined;
  if (typeof value === "string" && RFC3339.test(value) && !Number.isNaN(Date.parse(value))) return undefined;
  return `\`${key}\` must be a time as RFC 3339 writes it, for example "2026-11-22T18:49:50Z"`;
}

function span(value: unknown): string | undefined {
  if (absent(value) || (typeof value === "number" && value >= 0 && Number.isFinite(value))) return undefined;
  return "`elapsed` must be a number of seconds, 0 or more";
}

function tuples(value: unknown): string | undefined {
  if (absent(value) || (Array.isArray(value) && value.length <= LIMITS.facts && value.every(isFact)))
    return undefined;
  return `\`facts\` must be a list of at most ${LIMITS.facts} tuples such as ["package", "nginx", "1.22.1"]`;
}

const isFact = (value: unknown): value is Fact =>
  Array.isArray(value) && typeof value[0] === "string" && value[0] !== "" && value.every(isTerm);
const isTerm = (value: unknown): boolean =>
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));

function addresses(value: unknown): string | undefined {
  if (absent(value) || (Array.isArray(value) && value.length <= LIMITS.mailto && value.every(isAddress)))
    return undefined;
  return `\`mailto\` must be a list of at most ${LIMITS.mailto} addresses`;
}

const isAddress = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && value.length <= LIMITS.host;

/** Whether a value nests deeper than so many levels. JSON.parse needs no stack for depth; who reads it later might. */
function deeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) if (deeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
