import { LEVELS, type Level } from "../bark.ts";

/** The worst of several levels; `ok` when there is none. */
export const worst = (levels: Iterable<Level>): Level =>
  [...levels].reduce((one, other) => (LEVELS.indexOf(other) > LEVELS.indexOf(one) ? other : one), "ok");

/** The level of a value with two limits, of which `fail` is the worse one: above them where fail is above warn, else
 * below them. */
export function judge(
  value: number,
  { warn, fail }: { readonly warn: number; readonly fail: number },
): Level {
  const beyond = (limit: number): boolean => (fail >= warn ? value >= limit : value <= limit);
  return beyond(fail) ? "fail" : beyond(warn) ? "warning" : "ok";
}
