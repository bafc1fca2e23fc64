import { parseArgs } from "node:util";
import type { Config } from "../config/schema.ts";
import { loadConfig } from "../config/load.ts";
import { explain, type Trouble } from "../trouble.ts";
import { version } from "../version.ts";

/** What the command line of a unit asks of it. */
export interface Order {
  readonly config: Config;
  readonly once: boolean;
  /** Aborted by SIGTERM and SIGINT. A second one ends the process as it would any other. */
  readonly signal: AbortSignal;
}

export interface Unit {
  /** "sheepdog-handler" */
  readonly name: string;
  readonly help: string;
  /** @throws Trouble that it cannot work with */
  readonly work: (order: Order) => Promise<void>;
}

// sysexits.h
const [USAGE, UNAVAILABLE, BUG, CONFIGURATION] = [64, 69, 70, 78];

/** Runs a unit as a command: reads its options and its configuration, and turns what it throws into one line with
 * the cure.
 * @returns the exit code: 0, 64 usage, 69 unavailable, 70 a bug (with its stack), 78 configuration */
export async function command({ name, help, work }: Unit, argv: readonly string[]): Promise<number> {
  const refuse = (fault: string, code: number): number => {
    process.stderr.write(`${name}: ${fault}\n`);
    return code;
  };
  const line = readLine(argv);
  if (typeof line === "string") return refuse(`${line}; see ${name} --help`, USAGE);
  if (line.help || line.version) return print(line.help ? help : `${version}\n`);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  let config: Config;
  try {
    config = loadConfig(line.config).config;
  } catch (error) {
    return refuse(explain(error), CONFIGURATION);
  }
  try {
    await work({ config, once: line.once, signal: stop.signal });
    return 0;
  } catch (error) {
    const { name: kind, retry, stack } = error as Trouble;
    if (kind !== "Trouble") return refuse(`a bug, please report it: ${stack ?? String(error)}`, BUG);
    return refuse(explain(error), retry === "later" ? UNAVAILABLE : CONFIGURATION);
  }
}

type Line = {
  readonly config?: string | undefined;
  readonly once: boolean;
  readonly help: boolean;
  readonly version: boolean;
};

function readLine(argv: readonly string[]): Line | string {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        config: { type: "string", short: "c" },
        once: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? "cannot read the options";
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
