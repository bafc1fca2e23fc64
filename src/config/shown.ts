import { formatSpan, parseSpan, type Seconds } from "../time.ts";
import type { About } from "./about.ts";
import type { Config } from "./schema.ts";
import { Config as schema } from "./schema.ts";
import { keysOf, NAMED } from "./shape.ts";

type Table = Readonly<Record<string, unknown>>;

/** The effective configuration as it would be written in a file, with secrets masked. What is not set and has no
 * default is left out. */
export function shown(config: Config): Table {
  const keys = new Map(keysOf(schema).map((key) => [key.path.join("."), key.about]));
  return written(config, keys, []);
}

function written(table: Table, keys: ReadonlyMap<string, About>, path: readonly string[]): Table {
  const entries = Object.entries(table).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, one(value, keys, [...path, name])]));
}

function one(value: unknown, keys: ReadonlyMap<string, About>, path: readonly string[]): unknown {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return written(value as Table, keys, path);
  const about = keys.get(path.join(".")) ?? keys.get([path[0], NAMED, ...path.slice(2)].join("."));
  if (about?.unit === "span")
    return Array.isArray(value) ? value.map((each: Seconds) => span(each)) : span(value as Seconds);
  if (about?.secret === "all") return "***";
  // Greedy: a password may hold an @ that nobody has escaped.
  if (about?.secret === "password") return String(value).replace(/^([a-z]+:\/\/[^:@]*:).*@/, "$1***@");
  if (about?.secret === "path") return String(value).replace(/^([a-z]+:\/\/[^/?#]*)[/?#].+/, "$1/***");
  return value;
}

/** The readable form where it is exact. */
function span(value: Seconds): string {
  const readable = formatSpan(value);
  return parseSpan(readable) === value ? readable : `${value}s`;
}
