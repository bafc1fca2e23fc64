import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Broker } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { Lock } from "../lock.ts";
import { entry } from "../mail/entry.ts";
import { seconds } from "../time.ts";
import { explain, type Trouble } from "../trouble.ts";
import { version } from "../version.ts";
import { Delivery } from "./deliver.ts";
import { Hands } from "./hands.ts";

export interface Mailing {
  readonly config: Config;
  readonly broker: Broker;
  /** The state directory. */
  readonly state: string;
  /** Leave when the queue is empty. What was put off stays in it. */
  readonly once: boolean;
  /** Aborted: finish what is in hand, and leave. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Told once mail can be taken. */
  readonly ready?: () => void;
  /** Factor of all waits, for tests. */
  readonly pace?: number;
}

/** Takes notices off the queue `mail` and tells people, until it is stopped.
 * @throws Trouble when the settings cannot work, or the state directory cannot be used */
export async function mail({
  config,
  broker,
  state,
  once,
  signal,
  log,
  ready,
  pace = 1,
}: Mailing): Promise<void> {
  const lock = await Lock.wait(join(state, "mailer.lock"), signal);
  if (lock === undefined) return;
  try {
    await using delivery = await Delivery.open({ config, broker, state, log, pace });
    const hands = new Hands((message) => delivery.deliver(message), once ? undefined : seconds(3 * pace));
    await broker.consume(
      "mail",
      {
        batch: 20,
        once,
        signal,
        ready: () => {
          log(entry(6, { ready: broker.place, to: delivery.place }));
          ready?.();
        },
        lost: (why) => log(entry(4, { lost: broker.place, why: explain(why) })),
      },
      (batch) => hands.take(batch),
    );
    await hands.clear(seconds(30));
  } finally {
    lock[Symbol.dispose]();
  }
}

const HELP = `sheepdog-mailer: tell people what the policy decided to tell

  -c, --config FILE  configuration (sheepdog.toml)
      --once         send what waits, then leave
      --help         this text
      --version      the version
`;

// sysexits.h
const [USAGE, UNAVAILABLE, BUG, CONFIGURATION] = [64, 69, 70, 78];

/** The command `sheepdog-mailer`.
 * @returns the exit code */
export async function mailer(argv: readonly string[]): Promise<number> {
  const line = readLine(argv);
  if (typeof line === "string") return refuse(line, USAGE);
  if (line.help) return print(HELP);
  if (line.version) return print(`${version}\n`);
  let config: Config;
  try {
    config = loadConfig(line.config).config;
  } catch (error) {
    return refuse(explain(error), CONFIGURATION);
  }
  const stop = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => stop.abort());
  try {
    await using broker = await openBroker(config, spoolDirectory());
    const log = (text: string): void => void process.stdout.write(text);
    await mail({ config, broker, state: stateDirectory("unit"), once: line.once, signal: stop.signal, log });
    return 0;
  } catch (error) {
    return refuse(explain(error), codeOf(error));
  }
}

interface Line {
  readonly config: string | undefined;
  readonly once: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

function readLine(argv: readonly string[]): Line | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: "string", short: "c" },
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
      },
    });
    return { ...values, config: values.config };
  } catch (error) {
    return `${(error as Error).message.split(/[.\n]/)[0]}; see sheepdog-mailer --help`;
  }
}

/** By name, not `instanceof`: every bundle carries its own copy of the class. */
function codeOf(error: unknown): number {
  if (!(error instanceof Error) || error.name !== "Trouble") return BUG;
  return (error as Trouble).retry === "later" ? UNAVAILABLE : CONFIGURATION;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function refuse(fault: string, code: number): number {
  process.stderr.write(`sheepdog-mailer: ${fault}\n`);
  return code;
}

export async function main(): Promise<void> {
  process.exitCode = await mailer(process.argv.slice(2));
}
