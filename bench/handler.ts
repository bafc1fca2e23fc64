// 200,000 barks of 300 bytes from Redis into committed rows, against the bare insert loop and BullMQ; and the
// memory the handler takes, under load and idle, against a bare node process.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { Redis } from "ioredis";
import { barkText } from "./barks.ts";
import { machine, median } from "./measure.ts";

const COUNT = Number(process.argv[2] ?? 200_000);
const ROUNDS = 3;
const PORT = 17_381;
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  SHEEPDOG_STATE: folder,
  SHEEPDOG_SPOOL: join(folder, "spool"),
};
const config = join(folder, "sheepdog.toml");
writeFileSync(config, `[redis]\nport = ${PORT}\n`);
const history = join(folder, "history.db");
const server = spawn(
  "redis-server",
  ["--port", String(PORT), "--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""],
  { stdio: "ignore" },
);
const redis = new Redis(PORT, { lazyConnect: false, maxRetriesPerRequest: null });

const resident = (pid: number | undefined, what: "VmRSS" | "VmHWM"): number =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const clear = (): void => ["", "-wal", "-shm"].forEach((end) => rmSync(history + end, { force: true }));

function bare(): number {
  clear();
  return Number(
    spawnSync(process.execPath, [here("bare.js"), history, String(COUNT)], {
      env: environment,
      encoding: "utf8",
    }).stdout,
  );
}

async function handler(): Promise<{ rate: number; peak: number; samples: readonly number[] }> {
  clear();
  for (let at = 0; at < COUNT; at += 2000) {
    const pipeline = redis.pipeline();
    for (let one = at; one < Math.min(at + 2000, COUNT); one++)
      pipeline.xadd("sheepdog:barks", "*", "bark", barkText(one));
    await pipeline.exec();
  }
  const since = process.hrtime.bigint();
  const child = spawn(here("../../dist/sheepdog-handler.cjs"), ["-c", config, "--once"], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const samples: number[] = [];
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const memory = resident(child.pid, "VmRSS");
      if (Number.isNaN(memory)) return; // a zombie has none
      samples.push(memory);
      peak = Math.max(peak, resident(child.pid, "VmHWM"));
    } catch {
      clearInterval(watch); // it has ended
    }
  }, 200);
  await new Promise((resolve) => child.on("exit", resolve));
  const elapsed = Number(process.hrtime.bigint() - since) / 1e9;
  clearInterval(watch);
  const database = new Database(history, { readonly: true });
  const rows = database.prepare("SELECT count(*) FROM bark").pluck().get();
  database.close();
  if (rows !== COUNT) throw new Error(`${String(rows)} rows instead of ${COUNT}`);
  return { rate: COUNT / elapsed, peak, samples };
}

function bullmq(): number {
  const run = spawnSync(process.execPath, [here("../../bench/bullmq/work.mjs"), String(PORT), "50000"], {
    env: environment,
    encoding: "utf8",
  });
  return Number(run.stdout);
}

async function idle(command: readonly string[]): Promise<number> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { env: environment, stdio: "ignore" });
  await pause(4000);
  const memory = resident(child.pid, "VmRSS");
  child.kill();
  await new Promise((resolve) => child.on("exit", resolve));
  return memory;
}

try {
  console.log(machine());
  const rounds: { bare: number; handler: Awaited<ReturnType<typeof handler>> }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ bare: bare(), handler: await handler() });
  const reference = median(rounds.map((round) => round.bare));
  const rate = median(rounds.map((round) => round.handler.rate));
  console.log(`bare loop                 ${reference.toFixed(0)} rows/s`);
  console.log(
    `handler                   ${rate.toFixed(0)} barks/s, ${(rate / reference).toFixed(2)} × the bare loop`,
  );
  const other = bullmq();
  console.log(
    `BullMQ worker             ${other} jobs/s; the handler does ${(rate / other).toFixed(1)} × that`,
  );
  const node = await idle([process.execPath, "-e", "setInterval(() => {}, 1e9)"]);
  const last = rounds.at(-1)?.handler;
  if (last !== undefined) {
    const quarter = last.samples[Math.floor(last.samples.length / 4)] ?? Number.NaN;
    console.log(
      `memory under load         peak ${last.peak.toFixed(0)} MiB, ${(last.peak / node).toFixed(2)} × bare node; after a quarter ${quarter.toFixed(0)}, at the end ${last.samples.at(-1)?.toFixed(0)}`,
    );
  }
  const redisIdle = await idle([here("../../dist/sheepdog-handler.cjs"), "-c", config]);
  writeFileSync(config, "");
  const spoolIdle = await idle([here("../../dist/sheepdog-handler.cjs"), "-c", config]);
  const mailer = await idle([here("../../dist/sheepdog-mailer.cjs"), "-c", config]);
  for (const [name, memory] of [
    ["idle handler, Redis", redisIdle],
    ["idle handler, spool", spoolIdle],
    ["idle mailer, spool", mailer],
  ] as const)
    console.log(
      `${name.padEnd(25)} ${memory.toFixed(0)} MiB, ${(memory / node).toFixed(2)} × bare node (${node.toFixed(0)} MiB)`,
    );
} finally {
  redis.disconnect();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
