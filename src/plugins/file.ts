import { open } from "node:fs/promises";
import { plugin } from "../plugin/contract.ts";
import { type Looked, type Newest, newestOf } from "../plugin/newest.ts";
import { choice, flag, list, maybeSize, maybeSpan, maybeText } from "../plugin/setting.ts";
import { type Finding, tally } from "../plugin/tally.ts";
import { formatSize } from "../size.ts";
import { between, type Epoch, formatSpan, iso, type Seconds } from "../time.ts";
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
        const newest = await newestOf(path, signal);
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
