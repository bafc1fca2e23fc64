import { randomUUID } from "node:crypto";
import { bounded } from "../process/bounded.ts";
import { parseSize } from "../size.ts";
import { epoch, now, seconds } from "../time.ts";
import { user } from "../user.ts";
import type { Ended } from "./bark.ts";
import type { Entry } from "./ledger.ts";
import type { Starter } from "./starter.ts";

/** Bytes of each stream, and of data. */
const OUTPUT = 64 * 1024;
const MEMORY = 1 << 30;

/** Runs jobs as children of this process, where there is no systemd: what needs timers cannot be had then.
 * @param ended  told of each run that is over
 * @param pipes  folder for pipes */
export function direct(ended: (entry: Entry, run: Ended) => Promise<void>, pipes: string): Starter {
  const running = new Map<string, AbortController>();
  const timers = () => Promise.reject(new Error("there is no systemd here, and so no timers"));
  return {
    unable(entry) {
      if (entry.state === "planned" || entry.lease !== undefined)
        return `${entry.job} needs a timer, and there is no systemd here`;
      const { MemoryMax, ...others } = entry.unit;
      if (MemoryMax !== undefined && parseSize(String(MemoryMax)) === undefined)
        return `MemoryMax of ${entry.job} is no size such as 1G, and there is no systemd here that knows others`;
      if (Object.keys(others).length > 0)
        return `${entry.job} needs a sandbox ([unit] of its file), and there is no systemd here`;
      const own = user();
      return own === entry.user || process.geteuid?.() === 0
        ? undefined
        : `${entry.job} is to be run by ${entry.user}, and the agent is ${own}`;
    },
    async start(entry) {
      const stop = new AbortController();
      running.set(entry.id, stop);
      void execute(entry, pipes, stop.signal)
        .then((run) => ended(entry, run))
        .finally(() => running.delete(entry.id));
    },
    plan: timers,
    hold: timers,
    async stop({ id }) {
      running.get(id)?.abort();
    },
    async living(entries) {
      return new Set(entries.map(({ id }) => id).filter((id) => running.has(id)));
    },
  };
}

async function execute(
  { vector, user: name, timeout, unit }: Entry,
  pipes: string,
  signal: AbortSignal,
): Promise<Ended> {
  const start = now();
  const other = name !== user();
  const words = other ? ["runuser", `--user=${name}`, "--", ...vector] : vector;
  const { outcome, stdout, stderr } = await bounded(words, {
    timeout: seconds(timeout),
    output: OUTPUT,
    memory: parseSize(String(unit["MemoryMax"] ?? "")) ?? MEMORY,
    input: "",
    environment: {},
    pipes,
    signal,
  });
  return {
    start,
    end: epoch(Math.max(now(), start)),
    status: outcome.kind === "exited" ? outcome.status : null,
    signal: outcome.kind === "killed" ? outcome.signal : null,
    overran: outcome.kind === "overran",
    ...(outcome.kind === "never-started" ? { trouble: `not run (${outcome.errno})` } : {}),
    stdout,
    stderr,
    invocation: randomUUID(),
  };
}
