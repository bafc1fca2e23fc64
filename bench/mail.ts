// From a bark appended to Redis to its mail accepted by a local SMTP sink, one after the other: all the units, as
// they ship, and nothing else.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { SMTPServer } from "smtp-server";
import { machine } from "./measure.ts";

const COUNT = Number(process.argv[2] ?? 300);
const PORT = 17_382;
const folder = mkdtempSync(join(tmpdir(), "sheepdog-bench-"));
const environment = {
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  SHEEPDOG_STATE: folder,
  SHEEPDOG_SPOOL: join(folder, "spool"),
};
const children: ChildProcess[] = [];
let accepted: (() => void) | undefined;
const sink = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  onData: (stream, _session, done) => {
    stream.resume().on("end", () => {
      done();
      accepted?.();
    });
  },
});

try {
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  const { port } = sink.server.address() as AddressInfo;
  const config = join(folder, "sheepdog.toml");
  writeFileSync(
    config,
    `[redis]\nport = ${PORT}\n[mail]\nto = "ops@example.org"\nuri = "smtp://127.0.0.1:${port}"\n`,
  );
  const durable = ["--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""];
  children.push(spawn("redis-server", ["--port", String(PORT), ...durable], { stdio: "ignore" }));
  const redis = new Redis(PORT, { maxRetriesPerRequest: null });
  await redis.ping();
  for (const unit of ["sheepdog-handler", "sheepdog-mailer"]) {
    const program = fileURLToPath(new URL(`../../dist/${unit}.cjs`, import.meta.url));
    children.push(spawn(program, ["-c", config], { env: environment, stdio: "ignore" }));
  }
  const times: number[] = [];
  for (let at = -5; at < COUNT; at++) {
    const arrived = new Promise<void>((resolve) => (accepted = resolve));
    const since = performance.now();
    await redis.xadd(
      "sheepdog:barks",
      "*",
      "bark",
      JSON.stringify({ host: "h", tag: `T${at}`, level: "fail" }),
    );
    await arrived;
    if (at >= 0) times.push(performance.now() - since);
  }
  redis.disconnect();
  const sorted = times.sort((a, b) => a - b);
  const quantile = (part: number): string =>
    (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(1);
  console.log(machine());
  console.log(
    `bark to accepted mail, ${COUNT} in a row: p50 ${quantile(0.5)} ms, p90 ${quantile(0.9)} ms, p99 ${quantile(0.99)} ms`,
  );
} finally {
  for (const child of children) child.kill();
  await new Promise<void>((resolve) => sink.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
}
