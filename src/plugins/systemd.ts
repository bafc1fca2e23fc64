import { uptime } from "node:os";
import type { Fact, Json, Level } from "../bark.ts";
import { fits } from "../glob.ts";
import { type Context, plugin } from "../plugin/contract.ts";
import { worst } from "../plugin/judge.ts";
import { list, number, span } from "../plugin/setting.ts";
import { several } from "../plugin/several.ts";
import { Trouble } from "../trouble.ts";

export default plugin({
  name: "systemd",
  about: "units that have failed or start again and again, and whether the machine has come up",
  rhythm: { every: "5min" },
  settings: {
    ignore: list([], 'Units that may fail, such as "fwupd*"; `*` stands for anything'),
    restarts: number(3, "Restarts of a unit between two readings that are still all right", { min: 0 }),
    boot: span("15min", "How long the machine may take to start"),
  },
  async monitor({ ignore, restarts, boot }, context) {
    const minded = (unit: string): boolean =>
      !ignore.some((pattern) => fits(pattern, unit) || fits(`${pattern}.service`, unit));
    const [list, counts, manager] = await Promise.all([
      ask(context, "list-units", "--failed", "--all", "--full", "--plain", "--no-legend", "--no-pager"),
      ask(context, "show", "--property=Id,NRestarts", "--no-pager", "--", "*.service"),
      ask(context, "show", "--property=SystemState", "--no-pager"),
    ]);
    const failed = units(list).filter(minded);
    const now = restartsOf(counts);
    const looping = grown(now, context.before, restarts).filter(minded);
    const state = /^SystemState=(.*)$/m.exec(manager)?.[1] ?? "unknown";
    const troubles = [
      { level: stateLevel(state, uptime() > boot), text: STATES[state] ?? `systemd says it is ${state}` },
      { level: failed.length > 0 ? "fail" : "ok", text: `failed: ${several(failed)}` },
      { level: looping.length > 0 ? "warning" : "ok", text: `restarting over and over: ${several(looping)}` },
    ].filter((one): one is { level: Level; text: string } => one.level !== "ok");
    return {
      level: worst(troubles.map(({ level }) => level)),
      summary: troubles.map(({ text }) => text).join("; ") || "no unit has failed",
      content: { state, failed, restarting: looping },
      facts: [
        ...failed.map((unit): Fact => ["failed", unit]),
        ...looping.map((unit): Fact => ["restarting", unit]),
      ],
      remember: Object.fromEntries(now),
    };
  },
});

async function ask({ run }: Context, ...words: readonly string[]): Promise<string> {
  const { outcome, stdout, stderr } = await run(["systemctl", ...words]);
  if (outcome.kind === "exited" && outcome.status === 0) return stdout;
  const why = stderr.trim().split("\n")[0] || outcome.kind;
  throw new Trouble(`systemd does not answer: ${why}`, {
    advice: "is this a machine with systemd? else take this indicator away",
  });
}

/** First column of a list of units. Plain text, because --output=json came with systemd 246. */
const units = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => line.trim().split(/\s+/)[0] || []);

/** How often each unit has been restarted since it was last started by hand, of those that have been. */
function restartsOf(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split("\n\n").flatMap((block) => {
      const unit = /^Id=(.+)$/m.exec(block)?.[1];
      const count = Number(/^NRestarts=(\d+)$/m.exec(block)?.[1] ?? 0);
      return unit === undefined || count === 0 ? [] : [[unit, count] as const];
    }),
  );
}

/** The units that were restarted more than so many times since the reading before. At the first one nobody knows. */
function grown(now: ReadonlyMap<string, number>, before: Json | undefined, limit: number): readonly string[] {
  if (typeof before !== "object" || before === null || Array.isArray(before)) return [];
  const earlier = new Map(Object.entries(before));
  return [...now]
    .filter(([unit, count]) => {
      const then = Number(earlier.get(unit) ?? 0);
      // It counts anew after a start by hand.
      return (count >= then ? count - then : count) > limit;
    })
    .map(([unit]) => unit)
    .sort();
}

const STATES: Readonly<Record<string, string>> = {
  initializing: "the machine is still starting",
  starting: "the machine is still starting: see `systemctl list-jobs`",
  maintenance: "the machine is in rescue or emergency mode",
  stopping: "the machine is shutting down",
};

function stateLevel(state: string, late: boolean): Level {
  if (state === "maintenance") return "fail";
  if (state === "initializing" || state === "starting") return late ? "warning" : "ok";
  // What has made it degraded is told by name, where it is not to be ignored.
  return state === "running" || state === "degraded" || state === "stopping" ? "ok" : "unknown";
}
