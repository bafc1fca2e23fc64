import type { Level } from "../bark.ts";
import { slurp } from "../config/slurp.ts";
import { plugin } from "../plugin/contract.ts";
import { list, text } from "../plugin/setting.ts";
import { tally } from "../plugin/tally.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "raid",
  about: "software RAID of Linux (md): arrays that are degraded, recovering or gone",
  rhythm: { every: "5min" },
  settings: {
    arrays: list([], 'arrays that must be there: "md0"; all that are there are looked at anyway'),
    path: text("/proc/mdstat", "where the kernel tells of them"),
  },
  monitor({ arrays: wanted, path }) {
    const arrays = parse(slurp(path, LARGEST).bytes.toString("utf8"));
    const gone = wanted.filter((name) => arrays.every((array) => array.name !== name));
    if (arrays.length + gone.length === 0)
      throw new Trouble("there is no array on this machine", { advice: "disable this indicator here" });
    const findings = [
      ...arrays.map(judgeArray),
      ...gone.map((name) => ({ level: "fail" as const, text: `${name} is not there` })),
    ];
    const names = arrays.map(({ name, level }) => `${name} (${level})`).join(", ");
    return {
      ...tally(findings, `${arrays.length === 1 ? "the array is" : "all arrays are"} whole: ${names}`),
      facts: arrays.map((array) => ["raid", array.name, array.level, stateOf(array)] as const),
      content: {
        arrays: arrays.map(({ name, level, members, failed, missing, action }) => ({
          name,
          level,
          members,
          failed,
          missing,
          ...(action === undefined ? {} : { doing: action.what, percent: action.percent ?? null }),
        })),
      },
    };
  },
});

const LARGEST = 1024 * 1024;

interface Array {
  readonly name: string;
  readonly active: boolean;
  /** "raid1"; "unknown" where it is not active. */
  readonly level: string;
  readonly members: readonly string[];
  readonly failed: readonly string[];
  /** Members that it should have and has not. */
  readonly missing: number;
  readonly action?: { readonly what: string; readonly percent?: number };
}

/** @see md(4) and drivers/md/md.c, md_seq_show(): a line for the array, then lines that are indented */
function parse(mdstat: string): readonly Array[] {
  return mdstat
    .split(/\n(?=\S)/)
    .filter((block) => /^md\S* : /.test(block))
    .map((block) => {
      const [, name = "", state = "", rest = ""] = /^(\S+) : (\S+)(.*)/.exec(block) ?? [];
      const words = rest.trim().split(/\s+/);
      const members = words.filter((word) => word.includes("["));
      const level = words.find((word) => !/[[(]/.test(word) && word !== "");
      const [, total, working] = /\s\[(\d+)\/(\d+)\]/.exec(block) ?? [];
      const [, what, percent] =
        /\b(recovery|resync|reshape|check|repair)\s*=\s*(?:([\d.]+)%|\w+)/.exec(block) ?? [];
      const bare = (member: string): string => member.replace(/\[.*/, "");
      return {
        name,
        active: state === "active",
        level: level ?? "unknown",
        members: members.map(bare),
        failed: members.filter((member) => member.includes("(F)")).map(bare),
        missing: Math.max(0, Number(total ?? 0) - Number(working ?? 0)),
        ...(what === undefined
          ? {}
          : { action: { what, ...(percent === undefined ? {} : { percent: Number(percent) }) } }),
      };
    });
}

/** One word; how far it has come is not in it, for that is another fact every minute. */
function stateOf({ active, missing, failed, action }: Array): string {
  if (!active) return "inactive";
  if (action?.what === "recovery") return "recovering";
  if (missing > 0) return "degraded";
  if (failed.length > 0) return "failed-member";
  return action === undefined ? "clean" : action.what;
}

/** Words for what is going on. A check in its turn is nothing to tell. */
const DOING: Readonly<Record<string, readonly [Level, string]>> = {
  recovery: ["warning", "is recovering"],
  resync: ["warning", "is being made consistent again"],
  reshape: ["warning", "is changing its shape"],
  check: ["ok", "is being checked"],
  repair: ["ok", "is being repaired"],
};

function judgeArray(array: Array): { readonly level: Level; readonly text: string } {
  const { name, active, level, members, failed, missing, action } = array;
  if (!active) return { level: "fail", text: `${name} does not run (${members.join(", ") || "no member"})` };
  const [bad, doing] = DOING[action?.what ?? ""] ?? ["ok", ""];
  const percent = action?.percent === undefined ? "not begun" : `${action.percent}%`;
  const parts = [
    ...(missing > 0
      ? [`is degraded, ${missing} of its members ${missing === 1 ? "is" : "are"} missing`]
      : []),
    ...(failed.length > 0 ? [`${failed.join(", ")} failed`] : []),
    ...(doing === "" ? [] : [`${doing} (${percent})`]),
  ];
  // While it recovers somebody, or a spare, has done what is to be done.
  const worst = missing > 0 && action?.what !== "recovery" ? "fail" : failed.length > 0 ? "warning" : bad;
  return { level: worst, text: `${name} (${level}) ${parts.join(", ")}` };
}
