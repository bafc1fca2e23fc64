import type { Dirent } from "node:fs";
import { lstat, open, readdir, stat } from "node:fs/promises";
import { plugin } from "../plugin/contract.ts";
import { glob, isPattern } from "../plugin/glob.ts";
import { choice, flag, list, maybeSize, maybeSpan, maybeText } from "../plugin/setting.ts";
import { type Finding, tally } from "../plugin/tally.ts";
import { formatSize } from "../size.ts";
import { between, type Epoch, epoch, formatSpan, iso, type Seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";

export default plugin({
  name: "file",
  about:
    "files that must be there, new, old, large, small, or hold some text; of a folder the newest file counts",
  rhythm: { every: "15min" },
  unit: `# What is watched may lie in a home; it is looked at and never written.
ProtectHome=read-only
`,
  settings: {
    paths: list([], "files, folders, or patterns with `*` and `?`; of several files the newest counts"),
    newer: maybeSpan("26h", "it must have changed within this span"),
    older: maybeSpan("1h", "it must not have changed within this span"),
    larger: maybeSize("1MiB", "it must be larger"),
    smaller: maybeSize("2GiB", "it must be smaller"),
    match: maybeText(
      "^state=ok$",
      "a regular expression that fits something in its first 1 MiB, line by line",
    ),
    absent: flag(false, "it must not be there at all"),
    otherwise: choice(["fail", "warning"], "fail", "the level when it is not so: warning or fail"),
  },
  async monitor({ paths, otherwise, absent, ...wanted }, { now, signal }) {
    if (paths.length === 0) throw new Trouble("there is nothing to look at", { advice: "set `paths`" });
    const pattern = wanted.match === undefined ? undefined : await expression(wanted.match);
    const findings: (Finding & { readonly newest?: Newest })[] = [];
    for (const path of paths) {
      try {
        const newest = await look(path, signal);
        const text = absent
          ? newest.kind === "missing"
            ? undefined
            : "is there, and should not be"
          : newest.kind === "file"
            ? await wrongWith(newest, { ...wanted, pattern, now })
            : MISSING[newest.kind];
        findings.push({
          level: text === undefined ? "ok" : otherwise,
          text: `${called(path, newest)} ${text}`,
          ...(newest.kind === "file" ? { newest } : {}),
        });
      } catch (error) {
        findings.push({ level: "unknown", text: `cannot look at ${path} (${reason(error)})` });
      }
    }
    return {
      ...tally(findings, fine(findings, paths, now)),
      facts: findings.flatMap(({ newest }, at) =>
        newest === undefined
          ? []
          : [["file", paths[at] as string, rounded(newest.bytes), minute(newest.modified)] as const],
      ),
      content: {
        files: findings.flatMap(({ newest }, at) =>
          newest === undefined
            ? []
            : [
                {
                  path: paths[at] as string,
                  newest: newest.path,
                  bytes: newest.bytes,
                  modified: iso(newest.modified),
                },
              ],
        ),
      },
    };
  },
});

interface Newest {
  readonly path: string;
  readonly bytes: number;
  readonly modified: Epoch;
}
type Looked = ({ readonly kind: "file" } & Newest) | { readonly kind: "missing" | "empty" };

const MISSING = { missing: "is not there", empty: "holds no file" } as const;
const rounded = (bytes: number): number => Number(bytes.toPrecision(3));
const minute = (moment: Epoch): string => `${iso(moment).slice(0, 16)}Z`;
const called = (path: string, looked: Looked): string =>
  looked.kind === "file" && looked.path !== path ? `${looked.path}, the newest of ${path},` : path;
const reason = (error: unknown): string => errno(error) ?? (error as Error).message;

function fine(
  findings: readonly { readonly newest?: Newest }[],
  paths: readonly string[],
  now: Epoch,
): string {
  const [newest] = findings.flatMap(({ newest }) => newest ?? []);
  if (paths.length > 1) return `all ${paths.length} are as they should be`;
  return newest === undefined
    ? `${paths[0]} is not there, as it should be`
    : `${called(paths[0] as string, { kind: "file", ...newest })} has ${formatSize(newest.bytes)} and changed ${formatSpan(between(newest.modified, now))} ago`;
}

interface Wanted {
  readonly newer: Seconds | undefined;
  readonly older: Seconds | undefined;
  readonly larger: number | undefined;
  readonly smaller: number | undefined;
  readonly match: string | undefined;
  readonly pattern: ((text: string) => boolean) | undefined;
  readonly now: Epoch;
}

/** @returns the words that follow its name, or undefined when it is as it should be */
async function wrongWith(file: Newest, wanted: Wanted): Promise<string | undefined> {
  const { newer, older, larger, smaller, match, pattern, now } = wanted;
  const age = between(file.modified, now);
  const changed = `changed ${formatSpan(age)} ago`;
  if (newer !== undefined && age > newer) return `${changed}, not within ${formatSpan(newer)}`;
  if (older !== undefined && age < older) return `${changed}, less than ${formatSpan(older)}`;
  const has = `has ${formatSize(file.bytes)}`;
  if (larger !== undefined && file.bytes <= larger) return `${has}, not more than ${formatSize(larger)}`;
  if (smaller !== undefined && file.bytes >= smaller) return `${has}, not less than ${formatSize(smaller)}`;
  if (pattern !== undefined && !pattern(await beginning(file.path)))
    return `holds nothing that fits ${match}`;
  return undefined;
}

/** Bytes of a file that are read. */
const MOST = 1024 * 1024;

async function beginning(path: string): Promise<string> {
  await using handle = await open(path, "r");
  const bytes = Buffer.alloc(MOST);
  const { bytesRead } = await handle.read(bytes, 0, MOST, 0);
  return bytes.toString("utf8", 0, bytesRead);
}

/** Milliseconds: some expressions take years for some texts. */
const PATIENCE = 2000;

async function expression(source: string): Promise<(text: string) => boolean> {
  const { createContext, Script } = await import("node:vm");
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, "mu");
  } catch (error) {
    throw new Trouble(`\`match\` is no regular expression (${(error as Error).message})`, {
      kind: "configuration",
    });
  }
  const script = new Script("pattern.test(text)");
  return (text) => {
    try {
      return script.runInContext(createContext({ pattern, text }), { timeout: PATIENCE }) as boolean;
    } catch (error) {
      throw new Error("`match` takes too long, write it simpler", { cause: error });
    }
  };
}

/** Names that are looked at below one path. */
const NAMES = 100_000;

async function look(path: string, signal: AbortSignal): Promise<Looked> {
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
