import { readFileSync } from "node:fs";
import type { Level } from "../bark.ts";
import { bootId } from "../plugin/boot.ts";
import { plugin } from "../plugin/contract.ts";
import { below, worst } from "../plugin/judge.ts";
import { kernelLog } from "../plugin/kernel.ts";
import { choice, percent } from "../plugin/setting.ts";
import { formatSize } from "../size.ts";

const settings = {
  warn: percent("10%", "Available memory that is a warning"),
  fail: percent("5%", "Available memory that is trouble"),
  swap: percent("90%", "Used swap that is a warning, while memory is short as well"),
  short: percent("25%", "Available memory that is short where swap is used"),
  killed: choice(["fail", "warning", "ok"], "warning", "Level after the kernel killed for want of memory"),
};

export default plugin({
  name: "memory",
  about: "available memory, swap, and what was killed for want of memory",
  rhythm: { every: "5min" },
  settings,
  monitor({ warn, fail, swap, short, killed }, { before }) {
    const read = counters("/proc/meminfo");
    const kib = (name: string): number => (read.get(name) ?? 0) * 1024;
    const [total, swapTotal] = [kib("MemTotal"), kib("SwapTotal")];
    // Kernels before 3.14 do not say what is available.
    const available = read.has("MemAvailable") ? kib("MemAvailable") : kib("MemFree") + kib("Cached");
    const [left, used] = [share(available, total), share(swapTotal - kib("SwapFree"), swapTotal)];
    const level = below(left, { warn, fail });
    const kills = counters("/proc/vmstat").get("oom_kill");
    const boot = bootId();
    const since = kills === undefined ? 0 : kills - earlier(before, boot, kills);
    // Swap that is full of what nobody needs harms nobody: it counts where memory is short too.
    const swapped: Level = swapTotal > 0 && used >= swap && left <= short ? "warning" : "ok";
    const limit = level === "ok" ? "" : `, limit ${level === "fail" ? fail : warn}%`;
    const says = [
      `${Math.round(left)}% of ${formatSize(total)} memory is available${limit}`,
      swapTotal === 0
        ? "no swap"
        : `${Math.round(used)}% of ${formatSize(swapTotal)} swap is in use${swapped === "ok" ? "" : `, limit ${swap}%`}`,
    ];
    const kill = `the kernel killed ${since === 1 ? "a process" : `${since} processes`} for want of memory since the reading before; see ${kernelLog()}`;
    return {
      level: worst([level, swapped, since > 0 ? killed : "ok"]),
      summary: (since > 0 ? [kill, ...says] : says).join("; "),
      content: { total, available, swap: swapTotal, swapFree: kib("SwapFree"), killed: since },
      facts: [
        ["memory", Number(total.toPrecision(3))],
        ["swap", Number(swapTotal.toPrecision(3))],
      ],
      ...(kills === undefined ? {} : { remember: { boot, kills } }),
    };
  },
});

const share = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

/** The lines `name: 12 kB` and `name 12` of a file of the kernel's. */
function counters(file: string): ReadonlyMap<string, number> {
  const lines = readFileSync(file, "latin1").matchAll(/^(\w+):?\s+(\d+)/gm);
  return new Map([...lines].map(([, name = "", value]) => [name, Number(value)]));
}

/** How many were killed up to the reading before. The kernel counts from its start, so after another one all are new;
 * at the first reading none is, because it may be months since.
 * @param kills  up to now */
function earlier(before: unknown, boot: string, kills: number): number {
  if (typeof before !== "object" || before === null) return kills;
  const { boot: then, kills: count } = before as Readonly<Record<string, unknown>>;
  if (then !== boot) return 0;
  return typeof count === "number" && count <= kills ? count : kills;
}
