import { realpathSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Level } from "../bark.ts";
import { parseMounts } from "../mount.ts";
import { plugin } from "../plugin/contract.ts";
import { above } from "../plugin/judge.ts";
import { exitOf, firstLine } from "../plugin/program.ts";
import { span, text } from "../plugin/setting.ts";
import { tally } from "../plugin/tally.ts";
import type { Finished } from "../process/bounded.ts";
import { between, type Epoch, epoch, formatSpan, type Seconds } from "../time.ts";
import { errno, Trouble } from "../trouble.ts";

export default plugin({
  name: "btrfs",
  about: "file systems of btrfs: errors of their devices, missing devices, the last scrub",
  rhythm: { every: "1h" },
  unit: `# \`btrfs scrub status\` asks the kernel through the mount point, which takes root and one capability.
User=root
Group=root
CapabilityBoundingSet=CAP_SYS_ADMIN
# It may be a home that is asked.
ProtectHome=read-only
`,
  settings: {
    warn: span("40d", "a warning when the last scrub is as old as this"),
    fail: span("100d", "trouble when it is as old as this"),
    system: text("/sys/fs/btrfs", "where the kernel tells of them"),
  },
  async monitor({ system, ...limits }, { now, run }) {
    const mounted = parseMounts(await readFile("/proc/self/mountinfo", "utf8")).filter(
      ({ type, source }) => type === "btrfs" && source.startsWith("/dev/"),
    );
    const found = await fileSystems(system);
    if (found.length === 0)
      throw new Trouble("no file system of btrfs is mounted here", { advice: "disable this indicator here" });
    const seen = await Promise.all(
      found.map(async (one) => {
        const place = mounted.find(({ source }) => one.devices.includes(basename(real(source))))?.path;
        const scrub = place === undefined ? undefined : await scrubOf(place, run);
        return { ...one, place: place ?? one.id, scrub };
      }),
    );
    const findings = seen
      .flatMap((one) => [...errors(one), { ...judgeScrub(one.scrub, limits, now), place: one.place }])
      .map(({ level, text, place }) => ({ level, text: `${place}: ${text}` }));
    const fine = `${seen.map(({ place }) => place).join(", ")}: no errors`;
    return {
      ...tally(findings, fine),
      facts: seen.map((one) => ["btrfs", one.place, sum(one), one.missing] as const),
      content: {
        systems: seen.map(({ id, place, stats, scrub }) => ({
          id,
          place,
          errors: Object.fromEntries(stats.map(({ device, counts }) => [device, counts])),
          scrub: scrub?.kind === "done" ? new Date(scrub.at).toISOString() : (scrub?.kind ?? null),
        })),
      },
    };
  },
});

interface FileSystem {
  readonly id: string;
  /** Names in /dev. */
  readonly devices: readonly string[];
  readonly missing: number;
  readonly stats: readonly {
    readonly device: string;
    readonly counts: { readonly [kind: string]: number };
  }[];
}

/** @see Documentation/ABI/testing/sysfs-fs-btrfs of the kernel: one folder for each that is mounted, by its UUID */
async function fileSystems(system: string): Promise<readonly FileSystem[]> {
  const ids = (await names(system)).filter((name) => name.includes("-"));
  return Promise.all(
    ids.map(async (id) => {
      const numbers = await names(`${system}/${id}/devinfo`);
      const stats = await Promise.all(
        numbers.map(async (number) => ({
          device: number,
          counts: countsOf(
            await readFile(`${system}/${id}/devinfo/${number}/error_stats`, "utf8").catch(() => ""),
          ),
        })),
      );
      const flags = await Promise.all(
        numbers.map((number) =>
          readFile(`${system}/${id}/devinfo/${number}/missing`, "utf8").catch(() => "0"),
        ),
      );
      const missing = flags.filter((flag) => flag.trim() === "1").length;
      return { id, devices: await names(`${system}/${id}/devices`), missing, stats };
    }),
  );
}

async function names(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errno(error) === "ENOENT") return [];
    throw error;
  }
}

/** "write_errs 0\nread_errs 3\n…"; a device that is missing says "invalid". */
const countsOf = (text: string): { readonly [kind: string]: number } =>
  Object.fromEntries(
    [...text.matchAll(/^(\w+)_errs (\d+)$/gm)].map(([, kind = "", count]) => [kind, Number(count)]),
  );

const sum = ({ stats }: Pick<FileSystem, "stats">): number =>
  stats.flatMap(({ counts }) => Object.values(counts)).reduce((one, other) => one + other, 0);

interface Said {
  readonly level: Level;
  readonly text: string;
}

function errors({ stats, missing, place }: FileSystem & { readonly place: string }) {
  const counted = stats.flatMap(({ device, counts }) => {
    const bad = Object.entries(counts).filter(([, count]) => count > 0);
    const kinds = bad.map(([kind, count]) => `${count} ${kind}`).join(", ");
    return bad.length === 0 ? [] : [`errors of device ${device} (${kinds})`];
  });
  const gone = missing === 0 ? [] : [`${missing} of its devices ${missing === 1 ? "is" : "are"} missing`];
  return [...gone, ...counted].map((text) => ({ level: "fail" as const, text, place }));
}

/** /dev/mapper/root is a link to what the kernel calls dm-0. */
function real(device: string): string {
  try {
    return realpathSync(device);
  } catch {
    return device; // not to be seen from here: its name is the best there is
  }
}

type Scrub =
  | { readonly kind: "never" | "running" | "unknown"; readonly why?: string }
  | { readonly kind: "done"; readonly at: Epoch; readonly wrong: string | undefined };

async function scrubOf(
  place: string,
  run: (vector: readonly string[], bounds: object) => Promise<Finished>,
): Promise<Scrub> {
  const ended = await run(["btrfs", "scrub", "status", place], { environment: { TZ: "UTC" } });
  if (exitOf("btrfs", ended) !== 0) return { kind: "unknown", why: firstLine(ended) };
  return readScrub(ended.stdout);
}

function readScrub(said: string): Scrub {
  if (/no stats available/.test(said)) return { kind: "never" };
  if (/^Status:\s+running/m.test(said)) return { kind: "running" };
  const [, started = ""] = /^Scrub (?:started|resumed):\s+(.*)$/m.exec(said) ?? [];
  const at = Date.parse(`${started} UTC`);
  if (Number.isNaN(at)) return { kind: "unknown", why: "its answer is not understood" };
  const [, status = ""] = /^Status:\s+(\w+)/m.exec(said) ?? [];
  const [, summary = ""] = /^Error summary:\s+(.*)$/m.exec(said) ?? [];
  const wrong =
    status !== "finished"
      ? `was ${status}`
      : /no errors/.test(summary)
        ? undefined
        : `found errors (${summary})`;
  return { kind: "done", at: epoch(at), wrong };
}

function judgeScrub(
  scrub: Scrub | undefined,
  limits: { readonly warn: Seconds; readonly fail: Seconds },
  now: Epoch,
): Said {
  switch (scrub?.kind) {
    case undefined:
      return { level: "ok", text: "is mounted where it is not seen from here" };
    case "running":
      return { level: "ok", text: "a scrub is running" };
    case "never":
      return { level: "warning", text: "was never scrubbed; see btrfs-scrub(8)" };
    case "unknown":
      return { level: "unknown", text: `cannot tell of its last scrub (${scrub.why})` };
    case "done": {
      const age = between(scrub.at, now);
      if (scrub.wrong !== undefined)
        return {
          level: scrub.wrong.startsWith("found") ? "fail" : "warning",
          text: `the last scrub ${scrub.wrong}`,
        };
      return { level: above(age, limits), text: `the last scrub is ${formatSpan(age)} old` };
    }
    default:
      return scrub satisfies never;
  }
}
