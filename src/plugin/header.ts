import type * as z from "zod/mini";
import { NAME } from "../name.ts";
import * as setting from "./setting.ts";
import type { Rhythm } from "./contract.ts";

/** What a program says of itself in comments at its beginning:
 *
 *     # about: the temperature of the room
 *     # setting: warn = 30   degrees from which on it is a warning
 *     # every: 5min
 */
export interface Header {
  readonly about?: string;
  readonly rhythm?: Rhythm;
  readonly settings: Readonly<Record<string, z.ZodMiniType>>;
}

export function header(beginning: string): Header {
  const lines = beginning.split("\n").slice(0, 60);
  const about = one(lines, "about");
  const every = one(lines, "every");
  const calendar = one(lines, "calendar");
  const settings = lines.flatMap((line) => {
    const [, name, value, text] = SETTING.exec(line) ?? [];
    const made = name === undefined || !NAME.test(name) ? undefined : settingOf(value ?? "", text ?? name);
    return name === undefined || made === undefined ? [] : [[name, made] as const];
  });
  return {
    ...(about === undefined ? {} : { about }),
    ...(every === undefined
      ? calendar === undefined
        ? {}
        : { rhythm: { calendar } }
      : { rhythm: { every } }),
    settings: Object.fromEntries(settings),
  };
}

/** Behind whatever begins a comment in its language: #, //, ;;, --, % or *. */
const SETTING = /^\W{1,4}setting: *([\w-]+) *= *("(?:[^"\\]|\\.)*"|\[[^\]]*\]|[\w.+-]+) *(.*?)[\W]*$/;

function one(lines: readonly string[], word: string): string | undefined {
  const found = lines.find((line) => line.match(new RegExp(`^\\W{1,4}${word}: `)) !== null);
  return found?.slice(found.indexOf(": ") + 2).trim();
}

/** A setting that takes what its default is. */
function settingOf(value: string, about: string): z.ZodMiniType | undefined {
  let given: unknown;
  try {
    given = JSON.parse(value);
  } catch {
    return undefined; // no value of any kind: then it is no line of this kind
  }
  if (typeof given === "number") return setting.number(given, about);
  if (typeof given === "boolean") return setting.flag(given, about);
  if (typeof given === "string")
    return given === "" ? setting.maybeText("…", about) : setting.text(given, about);
  return Array.isArray(given) && given.every((item) => typeof item === "string")
    ? setting.list(given, about)
    : undefined;
}
