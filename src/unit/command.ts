import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Anyhow, loadAnyhow } from "../config/anyhow.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { exitCode, SYSEXITS } from "../sysexits.ts";
import { explain } from "../trouble.ts";
import { type Standing, standing } from "./standing.ts";
import { version } from "../version.ts";
import { print } from "./print.ts";

/** What the command line of a unit asks of it. */
export interface Order {
  readonly config: Config;
  /** The user's own patterns of what is secret; undefined where there are some that cannot be read. */
  readonly patterns: Anyhow["patterns"];
  /** The file that was named on the command line, absolute. */
  readonly file: string | undefined;
  /** Where a key of it stands, for a person. */
  readonly place: Anyhow["place"];
  /** Those of the unit's flags that were given. */
  readonly flags: ReadonlySet<string>;
  /** What stands on the line besides options. */
  readonly words: readonly string[];
  /** Aborted by SIGTERM and SIGINT (a second one ends the process as it would any other), and by SIGHUP, upon which
   * the work is begun anew, under the configuration as it is then. */
  readonly signal: AbortSignal;
  /** Takes a line for whoever runs the unit. */
  readonly say: (line: string) => void;
  readonly standing: Standing;
}

export interface Unit {
  /** "sheepdog-handler" */
  readonly name: string;
  readonly help: string;
  /** Options without a value, besides those that every unit has. */
  readonly flags?: readonly string[];
  /** The words it takes besides options, such as ["UNIT"]. */
  readonly words?: readonly string[];
  /** Whether it goes on until it is stopped, and reads its configuration again upon SIGHUP. */
  readonly lasting: boolean;
  /** Whether it works under the defaults where the configuration is wrong: what it has to tell must not be lost. */
  readonly regardless?: boolean;
  /** Tries what can be tried of a configuration, such as its secrets and who it is at Redis, before the work is begun anew under it.
   * @throws Trouble when the work could not go on under it */
  readonly check?: (config: Config) => Promise<void>;
  /** @throws Trouble that it cannot work with */
  readonly work: (order: Order) => Promise<void>;
}

/** Runs a unit as a command: reads its options and its configuration, and turns what it throws into one line with
 * the cure.
 * @returns the exit code: 0, or one of sysexits.ts */
export async function command(unit: Unit, argv: readonly string[]): Promise<number> {
  const say = (text: string): void => print("stderr", `${unit.name}: ${text}\n`);
  const line = readLine(unit, argv);
  if (typeof line === "string") {
    say(`${line}; see ${unit.name} --help`);
    return SYSEXITS.usage[0];
  }
  if (line.help || line.version) {
    print("stdout", line.help ? unit.help : `${version()}\n`);
    return 0;
  }
  try {
    await rounds(unit, line, say);
    return 0;
  } catch (error) {
    const status = exitCode(error);
    const bug = status === SYSEXITS.software[0];
    say(bug ? `a bug, please report it: ${(error as Error).stack ?? String(error)}` : explain(error));
    return status;
  }
}

/** Works, and again with what the configuration says by then each time it is told to read it. */
async function rounds(unit: Unit, line: Line, say: (line: string) => void): Promise<void> {
  const how = await standing(say);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => {
      how.stopping();
      stop.abort();
    });
  let { config, place, patterns } = configuration(unit, line.config, say);
  const file = line.config === undefined ? undefined : resolve(line.config);
  let again = new AbortController();
  let asked = 0;
  const reload = async (): Promise<void> => {
    const mine = ++asked;
    try {
      const fresh = strictly(line.config);
      await unit.check?.(fresh.config);
      if (mine !== asked) return; // it took so long that it was asked again, and this one is old
      ({ config, place, patterns } = fresh);
    } catch (error) {
      return say(`goes on with the configuration it has: ${explain(error)}`);
    }
    how.reloading();
    again.abort();
  };
  if (unit.lasting) process.on("SIGHUP", () => void reload());
  do {
    again = new AbortController();
    const signal = AbortSignal.any([stop.signal, again.signal]);
    await unit.work({
      config,
      patterns,
      file,
      place,
      flags: line.flags,
      words: line.words,
      signal,
      say,
      standing: how,
    });
  } while (again.signal.aborted && !stop.signal.aborted);
}

/** @throws Trouble where it is wrong */
function strictly(given: string | undefined): Anyhow {
  const loaded = loadConfig(given);
  return { ...loaded, patterns: loaded.config.redact };
}

/** The one to begin with, and what is wrong with it said where that is no reason not to work. */
function configuration(
  { regardless = false }: Unit,
  given: string | undefined,
  say: (line: string) => void,
): Anyhow {
  if (!regardless) return strictly(given);
  const read = loadAnyhow(given);
  if (read.fault !== undefined) {
    say(read.fault);
    say(`goes on under the defaults: what there is to tell goes to the spool, as of ${read.config.name}`);
  }
  return read;
}

interface Line {
  readonly config: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly words: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
}

function readLine({ flags = [], words = [] }: Unit, argv: readonly string[]): Line | string {
  try {
    const own = Object.fromEntries(flags.map((flag) => [flag, { type: "boolean" as const }]));
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: words.length > 0,
      options: {
        config: { type: "string", short: "c" },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", default: false },
        ...own,
      },
    });
    const { config, help, version } = values;
    if (!help && !version && positionals.length !== words.length) return `give ${words.join(" ")}`;
    const given = new Set(flags.filter((flag) => (values as Record<string, unknown>)[flag] === true));
    return { config, help, version, flags: given, words: positionals };
  } catch (error) {
    return (error as Error).message.split(/[.\n]/)[0] ?? "cannot read the options";
  }
}
