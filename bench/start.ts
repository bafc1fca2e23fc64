// What a wrapped job costs, against `node -e 0` and against the job alone.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Candidate, compare, machine, race } from "./measure.ts";

const rounds = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const socket = join(folder, "redis.sock");
const port = 17_379;
const redis = spawn(
  "redis-server",
  [
    "--port",
    String(port),
    "--unixsocket",
    socket,
    "--dir",
    folder,
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--save",
    "",
  ],
  { stdio: "ignore" },
);
const config = join(folder, "sheepdog.toml");
writeFileSync(config, `[redis]\nport = ${port}\n`);
const dist = fileURLToPath(new URL("../../dist/sheepdog.cjs", import.meta.url));
const environment = {
  SHEEPDOG_STATE: join(folder, "state"),
  SHEEPDOG_SPOOL: join(folder, "spool"),
  XDG_RUNTIME_DIR: folder,
};
const sheepdog = (...args: readonly string[]): Candidate => ({
  name: `sheepdog ${args.slice(-2).join(" ")}`,
  command: [dist, ...args],
  environment,
});
const cli = (...args: readonly string[]): string =>
  spawnSync("redis-cli", ["-s", socket, ...args], { encoding: "utf8" }).stdout.trim();

try {
  while (cli("ping") !== "PONG") spawnSync("sleep", ["0.05"]);
  console.log(machine());
  compare(
    race(rounds, [
      { name: "node -e 0", command: ["node", "-e", "0"] },
      sheepdog("-e", "true"),
      sheepdog("-c", config, "-e", "exit 3"),
    ]),
  );
  console.log(`barks that arrived in Redis: ${cli("xlen", "sheepdog:barks")} of ${rounds + 3}`);
  compare(
    race(Math.ceil(rounds / 2), [
      { name: "sh -c 'sleep 0.3'", command: ["sh", "-c", "sleep 0.3"] },
      sheepdog("-e", "sleep 0.3"),
    ]),
  );
} finally {
  redis.kill();
  rmSync(folder, { recursive: true, force: true });
}
