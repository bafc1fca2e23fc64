import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { Redis } from "../../src/config/redis.ts";

export interface Options {
  /** More settings, as on the command line: ["--maxmemory", "10mb"]. They win. */
  readonly settings?: readonly string[];
  /** A configuration file to start from. */
  readonly conf?: string;
  /** For redis-cli. */
  readonly login?: readonly string[];
  /** A sentinel instead of a server; `conf` is needed. */
  readonly sentinel?: boolean;
  /** Without TLS on `port` this is the port for it. */
  readonly tls?: boolean;
}

export interface Server {
  readonly folder: string;
  readonly port: number;
  readonly socket: string;
  readonly pid: () => number;
  /** What a configuration would say to get here. */
  readonly config: (more?: object) => Redis;
  start(): Promise<void>;
  /** SIGTERM: it saves and ends. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** redis-cli over the socket. */
  cli(...words: readonly string[]): Promise<string>;
  /** And over the port: a sentinel has no socket. */
  ask(...words: readonly string[]): Promise<string>;
}

/** A real redis-server on a port and a socket of its own, durable on every write. It ends with the test. */
export async function redis(t: TestContext, options: Options = {}): Promise<Server> {
  const home = mkdtempSync(join(tmpdir(), "dog-"));
  const port = await freePort();
  const socket = join(home, "redis.sock");
  let child: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
  async function start(): Promise<void> {
    const ports = options.tls ? ["--port", "0", "--tls-port", String(port)] : ["--port", String(port)];
    const durable = ["--unixsocket", socket, "--save", "", "--appendonly", "yes", "--appendfsync", "always"];
    const place = ["--dir", home, "--logfile", "", "--daemonize", "no"];
    const words = [
      ...(options.conf === undefined ? [] : [options.conf]),
      ...place,
      ...ports,
      ...(options.sentinel ? ["--sentinel"] : durable),
      ...(options.settings ?? []),
    ];
    child = spawn("redis-server", words, { stdio: ["ignore", "pipe", "ignore"] });
    await listening(child);
  }
  t.after(async () => {
    await end("SIGKILL");
    rmSync(home, { recursive: true, force: true });
  });
  await start();
  return {
    folder: home,
    port,
    socket,
    pid: () => child?.pid as number,
    config: (more = {}) => Redis.parse({ port, ...more }),
    start,
    stop: () => end("SIGTERM"),
    kill9: () => end("SIGKILL"),
    cli: (...words) => shell(["-s", socket, ...(options.login ?? []), ...words]),
    ask: (...words) => shell(["-p", String(port), ...words]),
  };
}

async function shell(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("redis-cli", words, { maxBuffer: 1 << 28 });
  return stdout.trimEnd();
}

async function listening(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (child.stdout === null) throw new Error("stdout is piped");
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`redis-server ended:\n${said.join("\n")}`)));
    lines.on("line", (line) => {
      if (said.length < 100) said.push(line);
      if (/Ready to accept connections|Sentinel ID is/.test(line)) resolve();
    });
  });
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("a port has a number");
  return address.port;
}
