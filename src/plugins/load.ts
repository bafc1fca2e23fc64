import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import type { Fact, Level } from "../bark.ts";
import { plugin } from "../plugin/contract.ts";
import { above, worst } from "../plugin/judge.ts";
import { number, percent } from "../plugin/setting.ts";

/** Waiting for a core has no limit: a machine that computes all day, as it should, has always something that waits, and
 * the load says better by how much it is too much. */
const settings = {
  warn: number(3, "Load of a core, over 5 minutes, that is a warning", { min: 0 }),
  fail: number(10, "Load of a core, over 5 minutes, that is trouble", { min: 0 }),
  "io-warn": percent("50%", "Time in which all waited for disks that is a warning"),
  "io-fail": percent("90%", "Time in which all waited for disks that is trouble"),
  "memory-warn": percent("10%", "Time in which all waited for memory that is a warning"),
  "memory-fail": percent("40%", "Time in which all waited for memory that is trouble"),
};

export default plugin({
  name: "load",
  about: "load per core, and how long cores, disks and memory are waited for",
  rhythm: { every: "5min" },
  settings,
  monitor(settings) {
    const [, load = 0] = readFileSync("/proc/loadavg", "latin1").split(" ").map(Number);
    const cores = cpus().length || availableParallelism();
    const each = load / cores;
    const { warn, fail } = settings;
    const level = above(each, { warn, fail });
    const limit = level === "ok" ? "" : `, limit ${level === "fail" ? fail : warn}`;
    const name = cores === 1 ? "one core" : `each of ${cores} cores`;
    const waits = KINDS.flatMap((kind) => wait(kind, settings));
    const bad = waits.filter((wait) => wait.level !== "ok");
    const told = bad.length > 0 ? bad : waits;
    return {
      level: worst([level, ...waits.map(({ level }) => level)]),
      summary: [
        ...(level === "ok" && bad.length > 0 ? [] : [`load ${each.toFixed(2)} on ${name}${limit}`]),
        ...told.map(({ says }) => says),
      ].join("; "),
      content: {
        load,
        cores,
        pressure: Object.fromEntries(waits.map(({ kind, some, full }) => [kind, { some, full }])),
      },
      facts: [
        ["load", Number(each.toFixed(1))],
        ...waits.map(({ kind, long }): Fact => ["pressure", kind, Math.round(long / 10) * 10]),
      ],
    };
  },
});

const KINDS = ["cpu", "io", "memory"] as const;
type Kind = (typeof KINDS)[number];
type Limits = { readonly [Name in `${Exclude<Kind, "cpu">}-${"warn" | "fail"}`]: number };

interface Wait {
  readonly kind: Kind;
  readonly level: Level;
  readonly says: string;
  /** Per cent of the last five minutes. */
  readonly long: number;
  /** Per cent of the last one and five minutes in which some, or all, waited. */
  readonly some: Averages;
  readonly full: Averages;
}
type Averages = { readonly avg60: number; readonly avg300: number };

/** For a core there is always somebody who does not wait: him who has it. */
const WHO = { cpu: "some", io: "full", memory: "full" } as const;
const WHAT = { cpu: "a core", io: "disks", memory: "memory" } as const;

/** @returns nothing where the kernel does not count it: before 4.20, or as it was built or started (psi=0) */
function wait(kind: Kind, limits: Limits): readonly Wait[] {
  let text: string;
  try {
    text = readFileSync(`/proc/pressure/${kind}`, "latin1");
  } catch {
    return [];
  }
  const both = { some: averages(text, "some"), full: averages(text, "full") };
  const { avg60, avg300: long } = both[WHO[kind]];
  const [warn, fail] =
    kind === "cpu" ? [Infinity, Infinity] : [limits[`${kind}-warn`], limits[`${kind}-fail`]];
  const level = above(long, { warn, fail });
  const limit =
    level === "ok" ? "" : `, ${Math.round(avg60)}% of the last, limit ${level === "fail" ? fail : warn}%`;
  const who = WHO[kind] === "some" ? "some" : "all";
  return [
    {
      kind,
      level,
      long,
      ...both,
      says: `${who} waited for ${WHAT[kind]} ${Math.round(long)}% of 5 minutes${limit}`,
    },
  ];
}

function averages(text: string, who: "some" | "full"): Averages {
  const [, avg60, avg300] = new RegExp(`^${who} .*avg60=([\\d.]+) avg300=([\\d.]+)`, "m").exec(text) ?? [];
  return { avg60: Number(avg60 ?? 0), avg300: Number(avg300 ?? 0) };
}
