import { about } from "../config/about.ts";
import { parseSpan } from "../time.ts";

/** Keys of [indicators.NAME] that every indicator has; no plugin can have a setting of such a name. */
export const RESERVED = ["use", "every", "calendar", "timeout", "user", "tag", "mailto", "enabled"] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What keeps a value from being a plugin of this name, with the cure; undefined when nothing does. */
export function fault(value: unknown, name: string): string | undefined {
  if (!isObject(value)) return "its default export is no plugin; write export default plugin({ … })";
  if (value["name"] !== name)
    return `it calls itself "${String(value["name"])}", its file "${name}"; make them the same`;
  if (typeof value["about"] !== "string" || value["about"] === "")
    return 'it does not say what it is about; add about: "…"';
  for (const part of ["monitor", "receiver"])
    if (value[part] !== undefined && typeof value[part] !== "function") return `its ${part} is no function`;
  if (value["monitor"] === undefined && value["receiver"] === undefined)
    return "it has neither a monitor nor a receiver";
  if (value["content"] !== undefined && !isSchema(value["content"]))
    return "its content is no schema of zod's";
  if (value["rhythm"] !== undefined && !isRhythm(value["rhythm"]))
    return 'its rhythm is neither a span nor a calendar; write rhythm: { every: "5min" } or { calendar: "daily" }';
  if (!isObject(value["settings"])) return "its settings are no table";
  for (const [key, schema] of Object.entries(value["settings"])) {
    if (!isSchema(schema) || about.get(schema as never) === undefined)
      return `its setting ${key} is not made by one of number, text, list, flag, choice, span, percent, size`;
    if ((RESERVED as readonly string[]).includes(key))
      return `its setting ${key} has a name that every indicator has already; rename it`;
  }
  return undefined;
}

const isRhythm = (value: unknown): boolean =>
  isObject(value) &&
  (typeof value["calendar"] === "string" ||
    (typeof value["every"] === "string" && parseSpan(value["every"]) !== undefined));

const isSchema = (value: unknown): boolean => isObject(value) && isObject(value["_zod"]);
