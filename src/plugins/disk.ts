import { readFileSync } from "node:fs";
import type { Fact, Level } from "../bark.ts";
import { matches } from "../glob.ts";
import { isDisk, isRemote, type Mount, parseMounts } from "../mount.ts";
import { plugin } from "../plugin/contract.ts";
import { above } from "../plugin/judge.ts";
import { kernelLog } from "../plugin/kernel.ts";
import { list, percent, size, span } from "../plugin/setting.ts";
import { type Asked, type Space, spaceOf } from "../plugin/space.ts";
import { type Finding, tally } from "../plugin/tally.ts";
import { formatSize } from "../size.ts";

/** A disk is full by two measures at once: per cent alone would call a disk of 10 TiB trouble that has a whole TiB
 * left, bytes alone one of 8 GiB that is half empty. With these defaults a disk of 40 GiB warns at 6 GiB left, one of
 * 10 TiB at 100 GiB. */
const settings = {
  mounts: list([], "Where file systems are watched, and must be mounted; all disks when empty"),
  ignore: list([], "Where they are not; * stands for any text"),
  warn: percent("85%", "Used space or inodes that are a warning"),
  fail: percent("95%", "Used space or inodes that are trouble"),
  "warn-free": size("100GiB", "While so much space is left it is no warning"),
  "fail-free": size("20GiB", "While so much space is left it is no trouble"),
  "read-only": list([], "Mounts that may have become read-only"),
  patience: span("5s", "How long a file system may take to answer"),
};

export default plugin({
  name: "disk",
  about: "space and inodes of the mounted file systems, and whether they can still be written",
  rhythm: { every: "5min" },
  settings,
  unit: `# Without it another, empty file system lies over /home.
ProtectHome=read-only`,
  async monitor(settings, { before, run }) {
    const mounts = watched(parseMounts(readFileSync("/proc/self/mountinfo", "utf8")), settings);
    const written = writable(mounts, before);
    const missing = settings.mounts.filter((path) => !mounts.some((mount) => mount.path === path));
    const looks = await Promise.all(
      mounts.map(async (mount) => ({ mount, ...(await spaceOf(mount, settings.patience, run)) })),
    );
    const findings = [
      ...missing.map((path): Finding => ({ level: "fail", text: `nothing is mounted on ${path}` })),
      ...mounts.flatMap((mount) => readOnly(mount, written, settings)),
      ...looks.flatMap(({ mount, space, why }) =>
        space === undefined
          ? [{ level: "unknown", text: `${mount.path} (${mount.source}) ${why}` } as const]
          : full(mount, space, settings),
      ),
    ];
    return {
      ...tally(findings, fine(looks), MOST),
      content: {
        findings: findings.slice(0, DETAILS).map(({ text }) => text),
        mounts: looks.slice(0, DETAILS).map(detail),
      },
      facts: looks.flatMap(({ mount, space }) => (space === undefined ? [] : facts(mount, space))),
      remember: [...written],
    };
  },
});

interface Settings {
  readonly mounts: readonly string[];
  readonly ignore: readonly string[];
  readonly warn: number;
  readonly fail: number;
  readonly "warn-free": number;
  readonly "fail-free": number;
  readonly "read-only": readonly string[];
}

type Look = Asked & { readonly mount: Mount };

/** Each file system once, those of the kernel left out. */
function watched(mounts: readonly Mount[], { mounts: wanted, ignore }: Settings): readonly Mount[] {
  const chosen = mounts.filter(({ path }) =>
    wanted.length > 0 ? wanted.includes(path) : !ignore.some((pattern) => matches(pattern, path)),
  );
  if (wanted.length > 0) return chosen;
  const devices = new Map<string, Mount>();
  // The whole file system before a part of it, and then the shortest path: that is its name for people.
  const order = (one: Mount, other: Mount): number =>
    Number(one.root !== "/") - Number(other.root !== "/") || one.path.length - other.path.length;
  for (const mount of chosen.filter(isDisk).sort(order))
    if (!devices.has(mount.device)) devices.set(mount.device, mount);
  return [...devices.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Per cent, as df(1) counts: what is kept for root is neither used nor free. */
const share = (used: number, free: number): number => (used + free === 0 ? 0 : (used / (used + free)) * 100);

function full({ path }: Mount, { used, free, inodes, spare }: Space, settings: Settings): readonly Finding[] {
  const { warn, fail } = settings;
  const taken = share(used, free);
  const spaceLevel =
    taken >= fail && free < settings["fail-free"]
      ? "fail"
      : taken >= warn && free < settings["warn-free"]
        ? "warning"
        : "ok";
  const gone = share(inodes - spare, spare);
  const inodeLevel = above(gone, { warn, fail });
  const limit = (level: Level): string => `limit ${level === "fail" ? fail : warn}%`;
  const all: readonly Finding[] = [
    {
      level: spaceLevel,
      text: `${path} is ${floor(taken)}% full, ${formatSize(free)} left, ${limit(spaceLevel)}`,
    },
    {
      level: inodeLevel,
      text: `${path} has ${floor(gone)}% of its inodes in use, ${spare} left, ${limit(inodeLevel)}`,
    },
  ];
  return all.filter(({ level }) => level !== "ok");
}

/** A little left is not yet 100 %. */
const floor = (percent: number): number => Math.floor(percent);

/** Of a file system that nobody can write to any more the kernel says so itself; of one that is merely read-only it
 * shows by what it was before, or was mounted to become. */
function readOnly(mount: Mount, written: ReadonlySet<string>, settings: Settings): readonly Finding[] {
  const { path, source, options } = mount;
  if (settings["read-only"].includes(path) || isRemote(mount)) return [];
  const says = (what: string): readonly Finding[] => [{ level: "fail", text: `${path} (${source}) ${what}` }];
  if (options.includes("shutdown") || options.includes("emergency_ro"))
    return says(`was given up by the kernel after an error; see ${kernelLog()}`);
  if (!options.includes("ro")) return [];
  if (options.includes("errors=remount-ro") || written.has(name(mount)))
    return says(`has become read-only; see ${kernelLog()}`);
  return [];
}

const name = ({ path, source }: Mount): string => `${source} ${path}`;

/** Which of them can be written to, or could be when they were looked at before. */
function writable(mounts: readonly Mount[], before: unknown): ReadonlySet<string> {
  const were = new Set(Array.isArray(before) ? (before as readonly unknown[]) : []);
  return new Set(
    mounts
      .filter((mount) => mount.options.includes("rw") || were.has(name(mount)))
      .map((mount) => name(mount)),
  );
}

/** Findings a person is told of in one line. */
const MOST = 5;

function fine(looks: readonly Look[]): string {
  const fullest = looks
    .map(({ mount, space }) => ({ mount, taken: space === undefined ? 0 : share(space.used, space.free) }))
    .sort((one, other) => other.taken - one.taken)[0];
  if (fullest === undefined) return "no file system is watched";
  const count = looks.length === 1 ? "1 file system" : `${looks.length} file systems`;
  return `${count}, fullest ${fullest.mount.path} with ${floor(fullest.taken)}%`;
}

/** File systems that are told in full: a bark has an end, a machine with containers perhaps a thousand mounts. */
const DETAILS = 200;

const detail = ({ mount: { path, type, source }, space }: Look) => ({
  mount: path,
  type,
  source,
  ...(space === undefined ? {} : { ...space }),
});

/** Rounded: some file systems (xfs, zfs) have no fixed number of inodes or bytes. */
function facts({ path }: Mount, { total, used, inodes, spare }: Space): readonly Fact[] {
  if (total === 0) return [];
  const step = total / 100;
  return [
    ["disk", path, digits(total, 3), Math.round(Math.round(used / step) * step)],
    ...(inodes === 0
      ? []
      : [["inodes", path, digits(inodes, 2), Math.round(share(inodes - spare, spare))] as const]),
  ];
}

const digits = (value: number, many: number): number => Number(value.toPrecision(many));
