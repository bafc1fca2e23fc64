import { spawnSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

export interface Candidate {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Before each run, not measured. */
  readonly before?: () => void;
}

export interface Cost {
  readonly name: string;
  /** Median of the wall-clock time, ms. */
  readonly wall: number;
  /** Mean of user and system time of the command and its children, ms. */
  readonly cpu: number;
}

// A clean environment: with NODE_EXTRA_CA_CERTS set, say, node itself takes three times as long to start and
// flatters every ratio.
const CLEAN = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: process.env["HOME"] ?? "/" };

/** bash measures the command alone: microseconds of wall clock, milliseconds of processor. */
const STOPWATCH =
  'TIMEFORMAT="%3U %3S"; a=$EPOCHREALTIME; time "$@" >/dev/null 2>&1; b=$EPOCHREALTIME; echo $a $b >&2';

/** Runs all candidates in turn, round by round, so that whatever else the machine does hits them alike. */
export function race(rounds: number, candidates: readonly Candidate[]): readonly Cost[] {
  const walls = candidates.map((): number[] => []);
  const cpus = candidates.map((): number[] => []);
  for (let round = -3; round < rounds; round++)
    for (const [at, { command, environment, before }] of candidates.entries()) {
      before?.();
      const run = spawnSync("bash", ["-c", STOPWATCH, "stopwatch", ...command], {
        env: { ...CLEAN, ...environment },
        encoding: "utf8",
      });
      const [user = 0, system = 0, since = 0, until = 0] = run.stderr.trim().split(/\s+/).map(Number);
      if (round < 0) continue; // warming up
      walls[at]?.push((until - since) * 1000);
      cpus[at]?.push((user + system) * 1000);
    }
  return candidates.map(({ name }, at) => ({
    name,
    wall: median(walls[at] ?? []),
    cpu: mean(cpus[at] ?? []),
  }));
}

/** Prints each candidate against the first one. */
export function compare(costs: readonly Cost[]): void {
  const [reference] = costs;
  if (reference === undefined) return;
  for (const { name, wall, cpu } of costs)
    console.log(
      `${name.padEnd(44)} wall ${wall.toFixed(1).padStart(7)} ms ${(wall / reference.wall).toFixed(2).padStart(5)} ×` +
        `   cpu ${cpu.toFixed(1).padStart(7)} ms ${(cpu / reference.cpu).toFixed(2).padStart(5)} ×`,
    );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function machine(): string {
  return `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, node ${process.version}, ${new Date().toISOString().slice(0, 10)}`;
}
