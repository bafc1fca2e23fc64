import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import type { Fact, Json, Level } from "../bark.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { worst } from "../plugin/judge.ts";
import { maybeText, span } from "../plugin/setting.ts";
import { several } from "../plugin/several.ts";
import { between, type Epoch, epoch, formatSpan, type Seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "updates",
  about: "updates that wait, those for security above all, and whether a reboot does",
  rhythm: { calendar: "*-*-* 0/6:00:00" },
  settings: {
    grace: span("2d", "How long updates for security, or a reboot, may wait"),
    fail: span("14d", "How long updates for security may wait before it is a failure"),
    stale: span("7d", "How old the lists of what there is may be"),
    config: maybeText("/etc/apt/other.conf", "Configuration of apt, where it is another one"),
  },
  async monitor({ grace, fail, stale, config }, context) {
    const { now } = context;
    const { updates, listed } = await waiting(context, config);
    const security = updates.filter(({ security }) => security).map(({ name }) => name);
    const reason = reboot();
    const first = firstSeen(context.before, [...security, ...(reason === undefined ? [] : [REBOOT])], now);
    const waits = (name: string): Seconds => between(first.get(name) ?? now, now);
    const longest = security.reduce((most, name) => Math.max(most, waits(name)), 0);
    const late = security.filter((name) => waits(name) > grace);
    const age = listed === undefined ? undefined : between(listed, now);
    const findings: readonly { readonly level: Level; readonly text: string }[] = [
      ...(late.length > 0
        ? [
            {
              level: longest > fail ? ("fail" as const) : ("warning" as const),
              text: `${updatesOf(late.length, "for security")} for more than ${formatSpan(longest > fail ? fail : grace)}: ${several(late)}`,
            },
          ]
        : security.length > 0
          ? [
              {
                level: "ok" as const,
                text: `${updatesOf(security.length, "for security")}: ${several(security)}`,
              },
            ]
          : []),
      ...(reason === undefined
        ? []
        : [
            {
              level: waits(REBOOT) > grace ? ("warning" as const) : ("ok" as const),
              text: `to be rebooted: ${reason}`,
            },
          ]),
      ...(age !== undefined && age > stale
        ? [{ level: "warning" as const, text: `the lists of updates are ${formatSpan(age)} old` }]
        : []),
    ];
    const others = updates.length - security.length;
    return {
      level: worst(findings.map(({ level }) => level)),
      summary:
        [
          ...findings.map(({ text }) => text),
          ...(others > 0 ? [updatesOf(others, "of other kinds")] : []),
        ].join("; ") || "no update waits",
      facts: [
        ...updates
          .slice(0, MOST)
          .map(
            ({ name, from, to, security }): Fact => [
              "update",
              name,
              from,
              to,
              security ? "security" : "other",
            ],
          ),
        ...(reason === undefined ? [] : [["reboot", reason] satisfies Fact]),
      ],
      remember: Object.fromEntries(first),
    };
  },
});

const updatesOf = (count: number, kind: string): string =>
  count === 1 ? `1 update ${kind} waits` : `${count} updates ${kind} wait`;

/** Facts of a bark, so that they fit into it. */
const MOST = 1500;
/** What a reboot is remembered as: no package has such a name. */
const REBOOT = "(reboot)";

interface Update {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly security: boolean;
}

interface Waiting {
  readonly updates: readonly Update[];
  /** When it was last asked what there is; undefined where nobody knows. */
  readonly listed: Epoch | undefined;
}

function firstSeen(
  before: Json | undefined,
  names: readonly string[],
  now: Epoch,
): ReadonlyMap<string, Epoch> {
  const known = (typeof before === "object" && before !== null ? before : {}) as Readonly<
    Record<string, unknown>
  >;
  return new Map(
    names.map((name) => {
      const then = Object.hasOwn(known, name) ? known[name] : undefined;
      return [name, typeof then === "number" && then <= now ? epoch(then) : now];
    }),
  );
}

type Asked = (context: Context, config: string | undefined) => Promise<Waiting | undefined>;

async function waiting(context: Context, config: string | undefined): Promise<Waiting> {
  for (const ask of [apt, dnf, pacman, apk] satisfies readonly Asked[]) {
    const answer = await ask(context, config);
    if (answer !== undefined) return answer;
  }
  throw new Trouble("this machine has neither apt, dnf, checkupdates nor apk", {
    advice: "is it in PATH? else take this indicator away",
  });
}

/** What a program says.
 * @returns undefined where it is not there
 * @throws Trouble when it fails */
async function say(
  { run }: Context,
  vector: readonly string[],
  {
    fine = [0],
    environment = {},
  }: { readonly fine?: readonly number[]; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<string | undefined> {
  const { outcome, stdout, stderr } = await run(vector, { environment });
  if (outcome.kind === "never-started") return undefined;
  if (outcome.kind === "exited" && fine.includes(outcome.status)) return stdout;
  const why = stderr.split("\n").find((line) => /^E:|error/i.test(line)) ?? stderr.trim().split("\n")[0];
  throw new Trouble(`${vector[0]} cannot say what waits: ${why || outcome.kind}`);
}

/** A simulation: apt takes no lock for it, and whoever is not root may ask. */
async function apt(context: Context, config: string | undefined): Promise<Waiting | undefined> {
  const environment: Readonly<Record<string, string>> = config === undefined ? {} : { APT_CONFIG: config };
  const options = ["-o", "Debug::NoLocking=true", "-o", "APT::Get::Show-User-Simulation-Note=false"];
  const text = await say(context, ["apt-get", "-q", "-s", ...options, "dist-upgrade"], { environment });
  if (text === undefined) return undefined;
  // Inst libssl3 [3.0.14-1] (3.0.15-1 Debian-Security:12/stable-security [amd64])
  const line = /^Inst (\S+) \[(\S+)\] \((\S+) (.*?) \[\S+\]\)/gm;
  const updates = [...text.matchAll(line)].map(([, name = "", from = "", to = "", origins = ""]) => ({
    name: name.replace(/:.*/, ""),
    from,
    to,
    security: /security/i.test(origins),
  }));
  const place = await say(context, ["apt-config", "shell", "LISTS", "Dir::State::Lists/d"], { environment });
  const lists = /^LISTS='(.*)'$/m.exec(place ?? "")?.[1];
  const looked = ["/var/lib/apt/periodic/update-success-stamp"];
  // The folder that lists are fetched into is touched by every look, its files have the time of the server.
  const paths = [
    ...(lists === undefined ? [] : [lists, join(lists, "partial")]),
    ...(config === undefined ? looked : []),
  ];
  return { updates, listed: newest(paths) };
}

/** When the newest of some files was written. */
function newest(paths: readonly string[]): Epoch | undefined {
  const times = paths.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? []);
  return times.length === 0 ? undefined : epoch(Math.max(...times));
}

async function dnf(context: Context): Promise<Waiting | undefined> {
  const text = await say(context, ["dnf", "-q", "check-update"], { fine: [0, 100] });
  if (text === undefined) return undefined;
  const advised = (await say(context, ["dnf", "-q", "updateinfo", "list", "--security"])) ?? "";
  // "openssl.x86_64   1:3.2.2-3.fc40   updates"; behind "Obsoleting Packages" are no updates.
  const [listed = ""] = text.split("\nObsoleting");
  const found = [...listed.matchAll(/^(\S+)\.[^.\s]+\s+(\S+)\s+\S+\s*$/gm)];
  const versions =
    found.length === 0
      ? ""
      : ((await say(context, [
          "rpm",
          "-qa",
          "--qf",
          "%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\n",
        ])) ?? "");
  const installed = new Map(versions.split("\n").map((line) => line.split(" ") as [string, string]));
  const updates = found.map(([, name = "", to = ""]) => ({
    name,
    from: installed.get(name) ?? "unknown",
    to,
    security: advised.includes(` ${name}-${to.replace(/^\d+:/, "")}.`),
  }));
  return { updates, listed: undefined };
}

/** "openssl 3.3.1-1 -> 3.3.2-1"; which of them are for security Arch does not say. */
async function pacman(context: Context): Promise<Waiting | undefined> {
  const text = await say(context, ["checkupdates", "--nocolor"], { fine: [0, 2] });
  if (text === undefined) return undefined;
  const found = [...text.matchAll(/^(\S+) (\S+) -> (\S+)/gm)];
  return {
    updates: found.map(([, name = "", from = "", to = ""]) => ({ name, from, to, security: false })),
    listed: undefined,
  };
}

/** "musl-1.2.5-r0   < 1.2.5-r1" */
async function apk(context: Context): Promise<Waiting | undefined> {
  const text = await say(context, ["apk", "version", "-l", "<"]);
  if (text === undefined) return undefined;
  const found = [...text.matchAll(/^(\S+?)-(\d[^-\s]*-r\d+)\s+<\s+(\S+)/gm)];
  return {
    updates: found.map(([, name = "", from = "", to = ""]) => ({ name, from, to, security: false })),
    listed: newest(["/var/cache/apk", "/lib/apk/db"]),
  };
}

/** Why the machine is to be rebooted, if it is. */
function reboot(): string | undefined {
  if (existsSync("/run/reboot-required")) {
    const names = existsSync("/run/reboot-required.pkgs")
      ? readFileSync("/run/reboot-required.pkgs", "utf8")
      : "";
    const packages = [...new Set(names.split("\n").filter((name) => name !== ""))];
    return packages.length === 0 ? "an update wants it" : `${several(packages)} want it`;
  }
  const newer = newerKernel(release());
  return newer === undefined ? undefined : `the kernel ${newer} is installed and does not run yet`;
}

/** A kernel of the same flavour ("6.1.0-26-amd64", "6.1.0-28-amd64") that is newer than the one that runs. In a
 * container the running one is not among those installed: then nothing is known. */
function newerKernel(running: string): string | undefined {
  const modules = "/lib/modules";
  if (!existsSync(join(modules, running, "modules.dep"))) return undefined;
  const flavour = (name: string): string => name.replace(/\d+/g, "#").replace(/#([.-]#)*/, "");
  const order = new Intl.Collator("en", { numeric: true });
  return readdirSync(modules)
    .filter((name) => flavour(name) === flavour(running) && existsSync(join(modules, name, "modules.dep")))
    .filter((name) => order.compare(name, running) > 0)
    .sort((one, other) => order.compare(other, one))[0];
}
