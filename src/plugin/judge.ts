import { LEVELS, type Level } from "../bark.ts";

/** The worst of several levels; `ok` when there is none. */
export const worst = (levels: Iterable<Level>): Level =>
  [...levels].reduce((one, other) => (LEVELS.indexOf(other) > LEVELS.indexOf(one) ? other : one), "ok");

interface Limits {
  readonly warn: number;
  readonly fail: number;
}

/** The level of a value that is bad when it is high. Not guessed from how the limits lie to each other: with fail alone
 * set below the default of warn that would take it for one that is bad when low. */
export const above = (value: number, { warn, fail }: Limits): Level =>
  value >= fail ? "fail" : value >= warn ? "warning" : "ok";

/** The same for a value that is bad when it is low. */
export const below = (value: number, { warn, fail }: Limits): Level =>
  value <= fail ? "fail" : value <= warn ? "warning" : "ok";
