/** What a bark is: one message that says what was seen, where, when and how bad.
 * Nothing of ours is imported here: this file is the contract with every other language. */

export const LEVELS = ["ok", "warning", "unknown", "fail"] as const;
/** How bad, in rising order. */
export type Level = (typeof LEVELS)[number];

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
  if (Buffer.byteLength(text) > LIMITS.bark)
    return fault(`a bark is at most ${LIMITS.bark} bytes, this one has ${Buffer.byteLength(text)}; shorten stdout and stderr`);
  if (deeperThan(LIMITS.depth, text)) return fault(`nested deeper than ${LIMITS.depth} levels; flatten \`content\``);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return fault(`not JSON (${(error as Error).message.slice(0, 200)}); send one JSON object`);
  }
  return readBark(raw, arrival);
}

/** The same for a value that is already parsed. */
export function readBark(raw: unknown, arrival: Arrival): Parsed {
  if (!isObject(raw)) return fault('not a JSON object; send {"host": …, "tag": …, "level": …}');
  for (const [key, wrong] of CHECKS) {
    const value = raw[key];
    if (value === undefined || value === null) {
      if (REQUIRED.has(key)) return fault(`\`${key}\` is missing; give it, for example ${EXAMPLES[key]}`);
    } else {
      const said = wrong(value);
      if (said !== undefined) return fault(`\`${key}\` ${said}`);
    }
  }
  // The shape is checked key by key above.
  const bark = raw as unknown as { [Key in keyof Bark]?: Bark[Key] | null };
  const level = bark.level as Level;
  return {
    ok: true,
    value: {
      id: bark.id ?? arrival.id,
      time: new Date(bark.time ?? arrival.time).toISOString(),
      host: bark.host as string,
      tag: bark.tag as string,
      monitor: bark.monitor ?? "error",
      level,
      summary: bark.summary ?? level,
      ...some("user", bark.user),
      ...some("elapsed", bark.elapsed),
      ...some("content", bark.content),
      ...some("facts", bark.facts),
      ...some("mailto", bark.mailto),
      ...some("expect", bark.expect),
      ...some("due", bark.due),
    },
  };
}

const fault = (text: string): Parsed => ({ ok: false, fault: text });
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const some = <Key extends string, Value>(key: Key, value: Value | null | undefined): { [K in Key]?: Value } =>
  (value === undefined || value === null ? {} : { [key]: value }) as { [K in Key]?: Value };

type Check = (value: unknown) => string | undefined;

const text =
  (limit: number, empty = false): Check =>
  (value) => {
    if (typeof value !== "string") return "must be a string";
    if (value === "" && !empty) return "must not be empty";
    return value.length > limit ? `is longer than ${limit} characters; shorten it` : undefined;
  };

const moment: Check = (value) =>
  typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : 'must be a time as RFC 3339 writes it, for example "2026-11-22T18:49:50Z"';
const MOMENT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const scalar = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));

/** Every key of a bark, in the order in which it is checked. */
const CHECKS: readonly (readonly [keyof Bark, Check])[] = [
  ["id", text(LIMITS.id)],
  ["time", moment],
  ["host", text(LIMITS.host)],
  ["user", text(LIMITS.host, true)],
  ["tag", text(LIMITS.tag)],
  ["monitor", text(LIMITS.monitor)],
  ["level", (value) => (LEVELS.includes(value as Level) ? undefined : `must be one of ${LEVELS.join(", ")}`)],
  ["summary", text(LIMITS.summary, true)],
  ["elapsed", (value) => (typeof value === "number" && value >= 0 && Number.isFinite(value) ? undefined : "must be a number of seconds, 0 or more")],
  ["content", (value) => (isObject(value) ? undefined : "must be a JSON object")],
  ["facts", (value) =>
    Array.isArray(value) && value.length <= LIMITS.facts &&
    value.every((fact) => Array.isArray(fact) && typeof fact[0] === "string" && fact[0] !== "" && fact.every(scalar))
      ? undefined
      : `must be a list of at most ${LIMITS.facts} tuples such as ["package", "nginx", "1.22.1"]`],
  ["mailto", (value) =>
    Array.isArray(value) && value.length <= LIMITS.mailto && value.every((one) => text(LIMITS.host)(one) === undefined)
      ? undefined
      : `must be a list of at most ${LIMITS.mailto} addresses`],
  ["expect", text(64)],
  ["due", moment],
];
const REQUIRED: ReadonlySet<string> = new Set(["host", "tag", "level"]);
const EXAMPLES: Readonly<Record<string, string>> = { host: '"nas"', tag: '"SCRUB"', level: '"fail"' };

/** Whether JSON text nests deeper than a limit, without building anything from it. */
function deeperThan(limit: number, json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === BRACE || code === BRACKET) {
      if (++depth > limit) return true;
    } else if (code === END_BRACE || code === END_BRACKET) depth--;
  }
  return false;
}
const [QUOTE, BACKSLASH, BRACKET, END_BRACKET, BRACE, END_BRACE] = [34, 92, 91, 93, 123, 125];
