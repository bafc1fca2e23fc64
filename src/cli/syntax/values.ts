import { type Epoch, formatSpan, now, parseSpan, type Seconds } from "../../time.ts";
import type { readSince } from "../since.ts";
import { type Given, last } from "./options.ts";

/** Values of options as they are written, for `coerce`. Each throws an Error for whoever typed it. */

/** A moment; undefined where the option is not there. */
export const moment =
  (option: string, read: typeof readSince) =>
  (all: Given): Epoch | undefined => {
    const given = last(all);
    if (given === undefined) return undefined;
    const found = read(given, now());
    if (found !== undefined) return found;
    throw new Error(
      `--${option}: "${given}" is no time; give a span such as 2d, or a date such as 2026-11-22 or 2026-11-22T18:49:50Z`,
    );
  };

/** A whole number from 1 on.
 * @param what  such as "number of days" */
export const whole =
  (option: string, what: string, most: number) =>
  (all: Given): number => {
    const given = last(all) ?? "";
    if (/^[1-9]\d{0,9}$/.test(given) && Number(given) <= most) return Number(given);
    throw new Error(`--${option}: "${given}" is no ${what}; give one from 1 to ${most}`);
  };

export const span =
  (option: string, least: Seconds, most: Seconds) =>
  (all: Given): Seconds => {
    const given = last(all) ?? "";
    const found = parseSpan(given);
    if (found !== undefined && found >= least && found <= most) return found;
    throw new Error(
      `--${option}: "${given}" is no span between ${formatSpan(least)} and ${formatSpan(most)}`,
    );
  };
