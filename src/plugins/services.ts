import { realpathSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Fact, Json } from "../bark.ts";
import { fits } from "../glob.ts";
import { ownersOf } from "../packages/keepers.ts";
import { inStore } from "../packages/store.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { list } from "../plugin/setting.ts";
import { several } from "../plugin/several.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "services",
  about: "which services run, and in which version",
  rhythm: { every: "5min" },
  settings: {
    must: list([], 'Units that must run, such as ["nginx", "backup.timer"]'),
    ignore: list(["run-*", "user@*"], "Services that are not told of; `*` stands for anything"),
  },
  async monitor({ must, ignore }, context) {
    const [all, wanted] = await Promise.all([show(context, ["*.service"]), show(context, must.map(full))]);
    const running = all
      .filter(({ SubState }) => SubState === "running")
      .filter(({ Id = "" }) => !ignore.some((pattern) => fits(pattern, Id) || fits(`${pattern}.service`, Id)))
      .sort((one, other) => (String(one["Id"]) < String(other["Id"]) ? -1 : 1));
    const { versions, remember } = await versionsOf(running.map(origin), context);
    const missing = must.filter((_, at) => !UP.has(wanted[at]?.["ActiveState"] ?? ""));
    const starting = missing.filter((unit) => wanted[must.indexOf(unit)]?.["ActiveState"] === "activating");
    const down = missing.filter((unit) => !starting.includes(unit));
    return {
      level: down.length > 0 ? "fail" : starting.length > 0 ? "warning" : "ok",
      summary:
        [
          ...(down.length > 0 ? [`not running: ${several(down)}`] : []),
          ...(starting.length > 0 ? [`still starting: ${several(starting)}`] : []),
        ].join("; ") || `${running.length} services run${must.length > 0 ? ", all that must are up" : ""}`,
      facts: running.map(
        (unit): Fact => ["service", unit["Id"] ?? "", versions.get(origin(unit)) ?? "unknown"],
      ),
      remember,
    };
  },
});

/** Some properties of a unit. */
type Unit = Readonly<Record<string, string>>;

const UP: ReadonlySet<string> = new Set(["active", "reloading", "refreshing"]);

const full = (unit: string): string => (unit.includes(".") ? unit : `${unit}.service`);

/** One of each name, in order; of a pattern, whatever it fits. */
async function show({ run }: Context, names: readonly string[]): Promise<readonly Unit[]> {
  if (names.length === 0) return [];
  const properties = "--property=Id,ActiveState,SubState,FragmentPath,SourcePath,ExecStart";
  const { outcome, stdout, stderr } = await run([
    "systemctl",
    "show",
    "--no-pager",
    properties,
    "--",
    ...names,
  ]);
  if (outcome.kind !== "exited" || outcome.status !== 0)
    throw new Trouble(`systemd does not answer: ${stderr.trim().split("\n")[0] || outcome.kind}`, {
      advice: "is this a machine with systemd? else take this indicator away",
    });
  return stdout
    .trim()
    .split("\n\n")
    .map((block) =>
      Object.fromEntries(
        // Backwards: of several commands the first one counts.
        block
          .split("\n")
          .toReversed()
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      ),
    );
}

/** What runs the programs of others: which version that has says nothing about the service. */
const INTERPRETER =
  /^(env|(ba|da|z|k|fi)?sh|python[\d.]*|perl[\d.]*|ruby[\d.]*|node(js)?|deno|bun|java|php[\d.]*(-cgi)?|mono|guile|runuser|su|sudo|setpriv|flock|nice)$/;

/** The file whose package a service is of: its program, or where that is an interpreter, its unit file. */
function origin({ ExecStart = "", FragmentPath = "", SourcePath = "" }: Unit): string {
  const program = /^\{ path=(.*?) ; argv/.exec(ExecStart)?.[1] ?? "";
  const path = program === "" || INTERPRETER.test(basename(program)) ? SourcePath || FragmentPath : program;
  try {
    // A profile of nix or guix is a link into its store.
    const real = realpathSync(path);
    return inStore(real) ? real : path;
  } catch {
    return path; // it runs, but is gone or out of sight
  }
}

interface Versions {
  readonly versions: ReadonlyMap<string, string>;
  readonly remember: Json;
}

/** The version of the package of each file. Only what has changed since the reading before is looked up. */
async function versionsOf(origins: readonly string[], context: Context): Promise<Versions> {
  const before = recalled(context.before);
  const stamps = new Map([...new Set(origins)].map((path) => [path, stamp(path)] as const));
  const known = new Map<string, string>();
  const open: string[] = [];
  for (const [path, stamp] of stamps) {
    const [then, version] = before.get(path) ?? [];
    if (stamp === "" && !inStore(path)) continue;
    if (then === stamp && version !== undefined) known.set(path, version);
    else open.push(path);
  }
  const found = await ownersOf(open, context.run);
  const versions = new Map([...known, ...open.map((path) => [path, found.get(path) ?? "unknown"] as const)]);
  const remember = [...versions].map(([path, version]) => [path, [stamps.get(path) ?? "", version]]);
  return { versions, remember: Object.fromEntries(remember) as Json };
}

/** Of a version that was unpacked anew the time is kept that was in the package; the time of change is not. */
function stamp(path: string): string {
  const about = path === "" ? undefined : statSync(path, { throwIfNoEntry: false });
  return about === undefined ? "" : `${about.mtimeMs}/${about.ctimeMs}`;
}

function recalled(before: Json | undefined): ReadonlyMap<string, readonly [string, string]> {
  if (typeof before !== "object" || before === null || Array.isArray(before)) return new Map();
  return new Map(
    Object.entries(before).flatMap(([path, kept]) => {
      const [stamp, version] = Array.isArray(kept) ? (kept as readonly Json[]) : [];
      return typeof stamp === "string" && typeof version === "string" ? [[path, [stamp, version]]] : [];
    }),
  );
}
