import { statSync } from "node:fs";
import { type Epoch, epoch } from "../time.ts";

/** When the newest of some files was written; undefined where none is there. */
export function newest(paths: readonly string[]): Epoch | undefined {
  const times = paths.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? []);
  return times.length === 0 ? undefined : epoch(Math.max(...times));
}
