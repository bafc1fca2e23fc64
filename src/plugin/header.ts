import type * as z from "zod/mini";
import { NAME, NAMING } from "../name.ts";
import { printable } from "../printable.ts";
import { parseSize } from "../size.ts";
import { parseSpan } from "../time.ts";
import { Trouble } from "../trouble.ts";
import type { Rhythm } from "./contract.ts";
import * as setting from "./setting.ts";

/** What a program says of itself in comments at its beginning:
 *
 *     # about: the temperature of the room
 *     # setting: warn = 30   degrees from which on it is a warning
 *     # every: 5min
 *     # unit: ProtectHome=read-only
 */
export interface Header {
  readonly about?: string;
  readonly rhythm?: Rhythm;
  readonly settings: Readonly<Record<string, z.ZodMiniType>>;
  /** Directives of systemd that its unit needs. */
  readonly unit?: string;
}

/** @param file  what it is the beginning of, for a person
 * @throws Trouble when a line that says what can be set is not understood */
export function header(beginning: string, file: string): Header {
  const lines = beginning.split("\n").slice(0, 60);
  const [about] = all(lines, "about");
  const [every] = all(lines, "every");
  const [calendar] = all(lines, "calendar");
  const unit = all(lines, "unit");
  if (every !== undefined && parseSpan(every) === undefined)
    throw new Trouble(`${file} says \`every: ${printable(every.slice(0, 200))}\`, which is no span`, {
      kind: "configuration",
      advice: "write a number and a unit, 5min or 2h",
    });
  return {
    ...(about === undefined ? {} : { about }),
    ...(every === undefined
      ? calendar === undefined
        ? {}
        : { rhythm: { calendar } }
      : { rhythm: { every } }),
    ...(unit.length === 0 ? {} : { unit: unit.join("\n") }),
    settings: Object.fromEntries(
      lines.filter((line) => LINE.test(line)).map((line) => settingIn(line, file)),
    ),
  };
}

/** Behind whatever begins a comment in its language: #, //, ;;, --, % or *. */
const LINE = /^\W{1,4}setting: /;
const SETTING =
  /^\W{1,4}setting: *([\w-]+) *= *("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[\w.+-]+%?)(?= |$) *(.*?)[\W]*$/;

function settingIn(line: string, file: string): readonly [string, z.ZodMiniType] {
  const [, name, value = "", about] = SETTING.exec(line.trimEnd()) ?? [];
  const made = name === undefined || !NAME.test(name) ? undefined : settingOf(value, about || name);
  if (name !== undefined && made !== undefined) return [name, made];
  throw new Trouble(`${file} has a line that says no setting, \`${printable(line.trim().slice(0, 200))}\``, {
    kind: "configuration",
    advice: `write \`setting: NAME = VALUE   what it is for\`, the name in ${NAMING}, the value ${VALUES}`,
  });
}
const VALUES =
  'a number, true, false, "text", ["a", "b"], a span (26h), a percentage (80%) or a size (10GiB)';

/** What stands behind a word, as often as it is there. */
function all(lines: readonly string[], word: string): readonly string[] {
  const begins = new RegExp(`^\\W{1,4}${word}: `);
  return lines.filter((line) => begins.test(line)).map((line) => line.slice(line.indexOf(": ") + 2).trim());
}

/** A setting that takes what its default is. */
function settingOf(value: string, about: string): z.ZodMiniType | undefined {
  let given: unknown;
  try {
    given = JSON.parse(value);
  } catch {
    return measureOf(value, about);
  }
  if (typeof given === "number") return setting.number(given, about);
  if (typeof given === "boolean") return setting.flag(given, about);
  if (typeof given === "string")
    return given === "" ? setting.maybeText("…", about) : setting.text(given, about);
  return Array.isArray(given) && given.every((item) => typeof item === "string")
    ? setting.list(given, about)
    : undefined;
}

/** A number with its unit: handed over in seconds, in bytes, or as so many of a hundred. */
function measureOf(value: string, about: string): z.ZodMiniType | undefined {
  if (!/^\d/.test(value)) return undefined;
  if (value.endsWith("%")) return setting.percent(value, about);
  if (parseSpan(value) !== undefined) return setting.span(value, about);
  return parseSize(value) === undefined ? undefined : setting.size(value, about);
}
