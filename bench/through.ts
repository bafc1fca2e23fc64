// A gigabyte of output through the wrapper, against `cat` of the same; and the memory it takes, against the
// wrapper of a job that is silent.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, machine, median, race } from "./measure.ts";

const dist = fileURLToPath(new URL("../../dist/sheepdog.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const environment = { SHEEPDOG_STATE: folder, SHEEPDOG_SPOOL: join(folder, "spool") };
const GIGABYTE = "head -c 1000000000 /dev/zero";

/** Peak resident memory of the wrapper in kB, as the job's own last words tell. */
function peak(job: string): number {
  const peaks = [1, 2, 3, 4, 5].map(() => {
    const command = `${job}; grep VmHWM /proc/$PPID/status >&2; sleep 0.05`;
    const run = spawnSync(dist, ["-v", "-e", command], {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      encoding: "utf8",
      maxBuffer: 2 ** 31,
      stdio: ["ignore", "ignore", "pipe"],
    });
    return Number(/(\d+) kB/.exec(run.stderr)?.[1]);
  });
  return median(peaks);
}

try {
  console.log(machine());
  compare(
    race(7, [
      { name: "head | cat", command: ["sh", "-c", `${GIGABYTE} | cat`] },
      { name: "sheepdog -e head", command: [dist, "-e", GIGABYTE], environment },
      { name: "sheepdog -v -e head", command: [dist, "-v", "-e", GIGABYTE], environment },
    ]),
  );
  const [idle, busy] = [peak("sleep 0.1"), peak(GIGABYTE)];
  console.log(`peak memory: silent job ${idle} kB, a gigabyte ${busy} kB, ${(busy / idle).toFixed(2)} ×`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
