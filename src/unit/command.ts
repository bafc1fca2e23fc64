import { parseArgs } from "node:util";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { exitCode, SYSEXITS } from "../sysexits.ts";
import { explain } from "../trouble.ts";
import { version } from "../version.ts";

/** What the command line of a unit asks of it. */
export interface Order {
  readonly config: Config;
  readonly once: boolean;
  /** Aborted by SIGTERM and SIGINT. A second one ends the process as it would any other. */
  readonly signal: AbortSignal;
  /** Takes a line for whoever runs the unit. */
  readonly say: (line: string) => void;
}

export interface Unit {
  /** "sheepdog-handler" */
  readonly name: string;
  readonly help: string;
  /** Whether it goes on until it is stopped, and so knows `--once`. */
  readonly lasting: boolean;
  /** @throws Trouble that it cannot work with */
  readonly work: (order: Order) => Promise<void>;
}

/** Runs a unit as a command: reads its options and its configuration, and turns what it throws into one line with
 * the cure.
 * @returns the exit code: 0, or one of sysexits.ts */
export async function command(unit: Unit, argv: readonly string[]): Promise<number> {
  // A log that nobody reads any more is no reason to stop: remembering and telling go on.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const say = (text: string): void => void process.stderr.write(`${unit.name}: ${text}\n`);
  const line = readLine(unit, argv);
  if (typeof line === "string") {
    say(`${line}; see ${unit.name} --help`);
    return SYSEXITS.usage[0];
  }
  if (line.help || line.version) {
    process.stdout.write(line.help ? unit.help : `${version}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  try {
    const { config } = loadConfig(line.config);
    await unit.work({ config, once: line.once, signal: stop.signal, say });
    return 0;
  } catch (error) {
    const status = exitCode(error);
    const bug = status === SYSEXITS.software[0];
    say(bug ? `a bug, please report it: ${(error as Error).stack ?? String(error)}` : explain(error));
    return status;
  }
}

type Line = {
  readonly config?: string | undefined;
  readonly once: boolean;
  readonly help: boolean;
  readonly version: boolean;
};

function readLine({ lasting }: Unit, argv: readonly string[]): Line | string {
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
    return values.once && !lasting ? "Unknown option '--once'" : values;
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? "cannot read the options";
  }
}
