// What one reading of an indicator costs, against `node -e 0`, as its timer starts it: with a configuration. The bark
// stays in the spool: with a Redis its way there comes on top, which bench/start.ts measures.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, machine, race } from "./measure.ts";

const rounds = Number(process.argv[2] ?? 40);
const names = process.argv.slice(3);
const DEFAULT = ["uptime", "load", "memory", "disk", "machine"];
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const dist = fileURLToPath(new URL("../../dist/sheepdog-indicator.cjs", import.meta.url));
const config = join(folder, "sheepdog.toml");
writeFileSync(config, '[indicators.uptime]\nevery = "1min"\n[indicators.disk]\nwarn = "80%"\n');
const environment = {
  SHEEPDOG_STATE: join(folder, "state"),
  SHEEPDOG_SPOOL: join(folder, "spool"),
  SHEEPDOG_EXPECT: "5min", // as under its timer: nobody is asked when it elapses next
};

try {
  console.log(machine());
  const costs = race(rounds, [
    { name: "node -e 0", command: ["node", "-e", "0"] },
    ...(names.length === 0 ? DEFAULT : names).map((name) => ({
      name: `sheepdog-indicator ${name}`,
      command: [dist, "-c", config, name],
      environment,
    })),
  ]);
  compare(costs);
  for (const { name, cpu } of costs.slice(1))
    console.log(`${name}: ${((cpu / 1000) * 1440).toFixed(0)} s of processor a day at one run a minute`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
