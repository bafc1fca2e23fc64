import type { Dirent } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { type Epoch, epoch } from "../time.ts";
import { errno } from "../trouble.ts";
import { glob, isPattern } from "./glob.ts";

export interface Newest {
  readonly path: string;
  readonly bytes: number;
  readonly modified: Epoch;
}
/** The newest file; or that nothing is there, or a folder without any. */
export type Looked = ({ readonly kind: "file" } & Newest) | { readonly kind: "missing" | "empty" };

/** Names that are looked at below one path. */
const NAMES = 100_000;

/** The newest file of those that a path or a pattern names, and of all below where that is a folder.
 * @throws Error when there are too many, or one cannot be looked at */
export async function newestOf(path: string, signal: AbortSignal): Promise<Looked> {
  const starts = isPattern(path) ? await glob(path) : [path];
  let newest: Newest | undefined;
  let [there, names] = [false, 0];
  const meet = (
    path: string,
    { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
  ): void => {
    const modified = epoch(Math.floor(mtimeMs));
    if (newest === undefined || modified > newest.modified) newest = { path, bytes: size, modified };
  };
  const waiting: string[] = [];
  for (const start of starts) {
    // What is named whole may be a link; what was found is never followed to somewhere else.
    const stats = await (isPattern(path) ? lstat(start) : stat(start)).catch(gone);
    if (stats === undefined) continue;
    there = true;
    if (stats.isDirectory()) waiting.push(start);
    else if (stats.isFile()) meet(start, stats);
  }
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries: readonly Dirent[] = (await readdir(folder, { withFileTypes: true }).catch(gone)) ?? [];
    names += entries.length;
    if (names > NAMES) throw new Error(`it holds more than ${NAMES} files, name a folder in it`);
    signal.throwIfAborted();
    for (const entry of entries) {
      const inside = `${folder}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(inside);
      const stats = entry.isFile() ? await lstat(inside).catch(gone) : undefined;
      if (stats !== undefined) meet(inside, stats);
    }
  }
  if (newest !== undefined) return { kind: "file", ...newest };
  return { kind: there ? "empty" : "missing" };
}

/** It was not there, or ended while it was looked at. */
function gone(error: unknown): undefined {
  if (errno(error) !== "ENOENT" && errno(error) !== "ENOTDIR") throw error;
}
