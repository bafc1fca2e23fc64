import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { box } from "../broker/box.ts";
import type { Message, Verdict } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { Spool } from "../broker/spool.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory } from "../directories.ts";
import { explain, Trouble } from "../trouble.ts";
import { version } from "../version.ts";

export interface Flushed {
  readonly sent: number;
  readonly left: number;
  /** Why some are left, or undefined. */
  readonly fault: Error | undefined;
}

/** Barks that Redis is given at a time. */
const BATCH = 500;

/** Sends what waits in the spool to Redis, oldest first. A bark leaves the spool once Redis has it: after a kill
 * between the two it is in both, and its id makes it one. Another flush at work is waited for.
 * @throws Trouble when the spool cannot be read, or no Redis is configured */
export async function flush(config: Config, spool: string): Promise<Flushed> {
  if (config.redis === undefined)
    throw new Trouble("no Redis is configured, so there is nothing to send to", {
      advice: "the handler reads the spool itself",
    });
  const { new: folder } = box(spool, "barks");
  if (!existsSync(folder)) return { sent: 0, left: 0, fault: undefined };
  const broker = await openBroker(config, spool);
  const stop = new AbortController();
  let sent = 0;
  let fault: Error | undefined;
  async function take(batch: readonly Message[]): Promise<readonly Verdict[]> {
    try {
      await broker.publish(
        "barks",
        batch.map(({ body }) => body),
      );
    } catch (error) {
      fault = error as Error;
      stop.abort();
      throw error;
    }
    sent += batch.length;
    return batch.map(() => ({ kind: "done" }));
  }
  try {
    await new Spool(spool).consume("barks", { batch: BATCH, once: true, signal: stop.signal }, take);
  } finally {
    await broker[Symbol.asyncDispose]();
  }
  return { sent, left: fault === undefined ? 0 : (await readdir(folder)).length, fault };
}

const HELP = `sheepdog-flush: send what waits in the spool to Redis, oldest first

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

The spool is $SHEEPDOG_SPOOL or /var/spool/sheepdog.
Exit codes: 0 all sent, 64 usage, 75 Redis is away and the rest waits, 78 configuration.
`;

// sysexits.h
const [USAGE, AGAIN, CONFIGURATION] = [64, 75, 78];

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(argv);
}

async function run(argv: readonly string[]): Promise<number> {
  const line = readLine(argv);
  if (typeof line === "string") return complain(`${line}; see sheepdog-flush --help`, USAGE);
  if (line.help || line.version) {
    process.stdout.write(line.help ? HELP : `${version}\n`);
    return 0;
  }
  try {
    const { config } = loadConfig(line.config);
    if (config.redis === undefined)
      return complain("nothing to do: no Redis is configured, and the handler reads the spool itself", 0);
    const { sent, left, fault } = await flush(config, spoolDirectory());
    if (fault === undefined) return 0;
    return complain(`${sent} sent, ${left} wait: ${explain(fault)}`, codeOf(fault));
  } catch (error) {
    return complain(explain(error), codeOf(error));
  }
}

/** @throws what is a bug */
function codeOf(error: unknown): number {
  const { name, retry } = error as Trouble;
  if (name !== "Trouble") throw error;
  return retry === "later" ? AGAIN : CONFIGURATION;
}

interface Line {
  readonly config?: string | undefined;
  readonly help: boolean;
  readonly version: boolean;
}

function readLine(argv: readonly string[]): Line | string {
  const options = {
    config: { type: "string", short: "c" },
    help: { type: "boolean", short: "h", default: false },
    version: { type: "boolean", default: false },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? "cannot read the options";
  }
}

function complain(text: string, code: number): number {
  process.stderr.write(`sheepdog-flush: ${text}\n`);
  return code;
}
