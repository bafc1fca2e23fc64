// A gigabyte of output through the wrapper, against `cat` of the same; and the memory it takes, against the
// wrapper of a job that is silent.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, machine, median, race } from "./measure.ts";

const dist = fileURLToPath(new URL("../../dist/sheepdog.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const environment = { SHEEPDOG_STATE: folder, SHEEPDOG_SPOOL: join(folder, "spool") };
const GIGABYTE = "head -c 1000000000 /dev/zero";

/** Peak resident memory of the wrapper in kB, as the job's own last words tell. */
function peak(job: string, ...options: readonly string[]): number {
  const words = join(folder, "words");
  const peaks = [1, 2, 3, 4, 5].map(() => {
    const command = `${job}; grep VmHWM /proc/$PPID/status >${words}`;
    spawnSync(dist, [...options, "-e", command], {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: "ignore",
    });
    return Number(/(\d+) kB/.exec(readFileSync(words, "utf8"))?.[1]);
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
  const [idle, quiet, verbose] = [peak("sleep 0.1"), peak(GIGABYTE), peak(GIGABYTE, "-v")];
  console.log(
    `peak memory: a silent job ${idle} kB; a gigabyte ${quiet} kB, ${(quiet / idle).toFixed(2)} ×; with -v ${verbose} kB, ${(verbose / idle).toFixed(2)} ×`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
