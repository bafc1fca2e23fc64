// What a heavy question costs the handler: the rate at which it keeps barks with one running all the time, beside the rate
// without, turn by turn.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Spool } from "../src/broker/spool.ts";
import { barkText } from "./barks.ts";
import { machine, median } from "./measure.ts";
import { build } from "./world.ts";

const COUNT = 20_000;
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  SHEEPDOG_STATE: folder,
  SHEEPDOG_SPOOL: join(folder, "spool"),
};
const command = (name: string): string => fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));
const config = join(folder, "sheepdog.toml");
writeFileSync(config, "");
build(join(folder, "history.db"), { hosts: 2000, tags: 10, spells: 50, packages: 100 });
const spool = new Spool(join(folder, "spool"));
let next = 0;

/** Barks a second. */
async function ingest(): Promise<number> {
  await spool.publish(
    "barks",
    Array.from({ length: COUNT }, () => barkText(next++)),
  );
  const since = process.hrtime.bigint();
  const { status } = spawnSync(command("sheepdog-handler"), ["-c", config, "--once"], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`the handler left with ${status}`);
  return COUNT / (Number(process.hrtime.bigint() - since) / 1e9);
}

/** All pairs of troubles that overlap on a machine: goes through millions of rows, and again. */
const HEAVY = `aggregate_all(count, (during(state(H, T, fail), A, B), during(state(H, U, warning), C, D), A < D, C < B, T \\= U), N)`;

console.log(machine());
const [alone, beside]: [number[], number[]] = [[], []];
for (let turn = 0; turn < 5; turn++) {
  alone.push(await ingest());
  const asker = spawn(
    "sh",
    ["-c", 'while :; do "$0" ask "$1" --timeout 10min >/dev/null; done', command("sheepdog"), HEAVY],
    { env: environment, stdio: "ignore", detached: true },
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  beside.push(await ingest());
  process.kill(-(asker.pid ?? 0), "SIGKILL");
  console.log(`  ${alone.at(-1)?.toFixed(0)} ${beside.at(-1)?.toFixed(0)}`);
}
const [one, other] = [median(alone), median(beside)];
console.log(
  `barks a second: ${one.toFixed(0)}, with a heavy question ${other.toFixed(0)}: ${(other / one).toFixed(2)} (goal 0.8)`,
);
rmSync(folder, { recursive: true });
