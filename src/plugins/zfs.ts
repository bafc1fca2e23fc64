import type { Level } from "../bark.ts";
import { plugin } from "../plugin/contract.ts";
import { above } from "../plugin/judge.ts";
import { exitOf, firstLine } from "../plugin/program.ts";
import { list, percent, span } from "../plugin/setting.ts";
import { tally } from "../plugin/tally.ts";
import type { Finished } from "../process/bounded.ts";
import { between, type Epoch, epoch, formatSpan, type Seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "zfs",
  about: "pools of ZFS: health, errors, how full they are, the last scrub",
  rhythm: { every: "15min" },
  unit: `# \`zpool\` asks the kernel through /dev/zfs, which PrivateDevices= hides.
PrivateDevices=no
DeviceAllow=/dev/zfs rw
`,
  settings: {
    pools: list([], "pools that must be there; all that are there are looked at anyway"),
    warn: percent("80%", "filled to this is a warning"),
    fail: percent("90%", "filled to this is trouble"),
    scrub: span("40d", "a last scrub as old as this is a warning"),
  },
  async monitor({ pools: wanted, scrub, ...limits }, { now, run }) {
    const asked = async (...vector: readonly string[]): Promise<string> =>
      said(await run(["zpool", ...vector], { environment: { TZ: "UTC" } }));
    const listed = (await asked("list", "-H", "-p", "-o", "name,health,capacity"))
      .split("\n")
      .filter((line) => line !== "");
    const gone = wanted.filter((name) => listed.every((line) => !line.startsWith(`${name}\t`)));
    if (listed.length + gone.length === 0)
      throw new Trouble("there is no pool on this machine", { advice: "disable this indicator here" });
    const status = listed.length === 0 ? "" : await asked("status", "-p");
    const pools = listed.map((line) => poolOf(line, status));
    const findings = [
      ...pools.flatMap((pool) => judgePool(pool, { ...limits, scrub }, now)),
      ...gone.map((name) => ({ level: "fail" as const, text: `${name} is not there` })),
    ];
    const fine = pools.map(({ name, filled }) => `${name} is healthy and ${filled}% full`).join(", ");
    return {
      ...tally(findings, fine),
      facts: pools.map(({ name, health, filled }) => ["zpool", name, health, Math.round(filled)] as const),
      content: {
        pools: pools.map(({ name, health, filled, errors, broken, scan }) => ({
          name,
          health,
          filled,
          errors,
          broken,
          scan,
        })),
      },
    };
  },
});

function said(ended: Finished): string {
  if (exitOf("zpool", ended) !== 0) throw new Trouble(`zpool cannot tell (${firstLine(ended)})`);
  return ended.stdout;
}

interface Pool {
  readonly name: string;
  readonly health: string;
  readonly filled: number;
  /** What it says of files that are lost. */
  readonly errors: string;
  /** Members that are not online or have counted errors. */
  readonly broken: readonly string[];
  /** The last scrub or resilver, or the one that runs. */
  readonly scan: string;
}

/** @see zpool-status(8); the blocks of the pools are apart by the lines that begin them */
function poolOf(line: string, status: string): Pool {
  const [name = "", health = "", filled = ""] = line.split("\t");
  const block =
    status.split(/^(?=\s*pool: )/m).find((one) => one.trimStart().startsWith(`pool: ${name}\n`)) ?? "";
  const [, scan = ""] = /^\s*scan: (.*(?:\n\t.*)*)$/m.exec(block) ?? [];
  const [, errors = ""] = /^errors: (.*)$/m.exec(block) ?? [];
  const table = block.split(/^\s+NAME\s+STATE.*$/m)[1]?.split(/\n\s*\n/)[0] ?? "";
  const broken = [
    ...table.matchAll(/^[ \t]+(\S+)[ \t]+([A-Z]+)(?:[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d+))?/gm),
  ].flatMap(([, member = "", state = "", read = "0", write = "0", sums = "0"]) => {
    // What the pool or a mirror says, its members say better; a spare that waits is AVAIL.
    const counts = [`${read} read`, `${write} write`, `${sums} checksum`].filter(
      (text) => !text.startsWith("0 "),
    );
    const bad = !["ONLINE", "AVAIL", "INUSE", "DEGRADED"].includes(state);
    const words = [
      ...(bad ? [state.toLowerCase()] : []),
      ...(counts.length > 0 ? [`${counts.join(", ")} errors`] : []),
    ];
    return words.length === 0 ? [] : [`${member} ${words.join(", ")}`];
  });
  return { name, health, filled: Number(filled.replace("%", "")), errors, broken, scan };
}

interface Limits {
  readonly warn: number;
  readonly fail: number;
  readonly scrub: Seconds;
}

function judgePool(pool: Pool, { scrub, ...limits }: Limits, now: Epoch) {
  const { name, health, filled, errors, broken, scan } = pool;
  const members = broken.length === 0 ? "" : ` (${broken.join("; ")})`;
  const sick: readonly [Level, string] =
    health !== "ONLINE"
      ? ["fail", `is ${health.toLowerCase()}${members}`]
      : [broken.length > 0 ? "warning" : "ok", `has errors${members}`];
  const lost = errors === "" || errors.startsWith("No known data errors") ? "ok" : "fail";
  const all: readonly (readonly [Level, string])[] = [
    sick,
    [lost, `has lost data: ${errors.replace(/, use '-v'.*/, "")}`],
    [above(filled, limits), `is ${filled}% full`],
    judgeScan(scan, scrub, now),
  ];
  return all.map(([level, text]) => ({ level, text: `${name} ${text}` }));
}

function judgeScan(scan: string, scrub: Seconds, now: Epoch): readonly [Level, string] {
  const [, percent = "just begun"] = /([\d.]+%) done/.exec(scan) ?? [];
  if (scan.startsWith("resilver in progress")) return ["warning", `is being resilvered (${percent})`];
  if (/in progress/.test(scan)) return ["ok", "is being scrubbed"];
  const [, moment = ""] = / on (\w{3} \w{3} .*\d{4})$/m.exec(scan) ?? [];
  const at = Date.parse(`${moment.replace(/^\w{3} /, "").replace(/\s+/g, " ")} UTC`);
  if (!scan.startsWith("scrub repaired") && !scan.startsWith("resilvered"))
    return ["warning", "was never scrubbed"];
  if (Number.isNaN(at)) return ["unknown", "tells of its last scrub in words that are not understood"];
  const age = between(epoch(at), now);
  return [age >= scrub ? "warning" : "ok", `was scrubbed ${formatSpan(age)} ago`];
}
