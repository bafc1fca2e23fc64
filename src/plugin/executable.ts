import { closeSync, openSync, readSync } from "node:fs";
import type { Json } from "../bark.ts";
import { printable } from "../printable.ts";
import type { Finished } from "../process/bounded.ts";
import { exitCode } from "../process/outcome.ts";
import { formatSpan } from "../time.ts";
import { Trouble } from "../trouble.ts";
import type { Context, Plugin, Reading } from "./contract.ts";
import type { Found } from "./find.ts";
import { header } from "./header.ts";
import { readNagios } from "./nagios.ts";

/** Bytes that a plugin may allocate and write: what it says must fit into a bark. */
export const MEMORY = 512 * 1024 * 1024;
export const OUTPUT = 256 * 1024;

/** A program as a plugin: `FILE monitor` reads the indicator once. Settings reach it as SHEEPDOG_ and their name in
 * capitals, all of them as JSON in SHEEPDOG_SETTINGS; what the reading before remembered in SHEEPDOG_BEFORE. */
export function executable({ name, file }: Found & { readonly kind: "executable" }): Plugin {
  const { about, settings, rhythm } = header(beginning(file));
  return {
    name,
    about: about ?? `the program ${file}`,
    settings,
    ...(rhythm === undefined ? {} : { rhythm }),
    monitor: (given: Readonly<Record<string, Json>>, context: Context) => monitor(file, given, context),
  };
}

const HEADER = 8192;
function beginning(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEADER);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, HEADER, 0));
  } finally {
    closeSync(descriptor);
  }
}

async function monitor(
  file: string,
  settings: Readonly<Record<string, Json>>,
  { run, before }: Context,
): Promise<Reading> {
  const ended = await run([file, "monitor"], {
    memory: MEMORY,
    output: OUTPUT,
    environment: {
      ...variables(settings),
      ...(before === undefined ? {} : { SHEEPDOG_BEFORE: JSON.stringify(before) }),
    },
  });
  const status = statusOf(ended);
  const said = ended.stdout.trim();
  if (said.startsWith("{")) return readJson(said);
  if (said === "")
    throw new Trouble(`it printed nothing and left with ${status}${complaint(ended)}`, {
      advice: "`monitor` prints one bark as JSON, or a line as plugins for Nagios do",
    });
  return readNagios(status, ended.stdout);
}

function variables(settings: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  const each = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      `SHEEPDOG_${key.replace(/[^A-Za-z0-9]/g, "_").toUpperCase()}`,
      Array.isArray(value) ? value.join("\n") : typeof value === "string" ? value : JSON.stringify(value),
    ]);
  return { ...Object.fromEntries(each), SHEEPDOG_SETTINGS: JSON.stringify(settings) };
}

/** Its exit code.
 * @throws Trouble when it did not end by itself, or wrote more than anybody can read */
export function statusOf({ outcome, flooded, stderr, stdout }: Finished): number {
  switch (outcome.kind) {
    case "overran":
      throw new Trouble(`it did not answer within ${formatSpan(outcome.limit)}, and was ended`);
    case "never-started":
      throw new Trouble(`it cannot be started (${outcome.errno})`, {
        advice: "check its first line, `#!…`, and that the interpreter is there",
      });
    case "killed":
      throw new Trouble(`it was ended by ${outcome.signal}${complaint({ stderr })}`);
    case "exited":
      if (flooded)
        throw new Trouble(`it wrote more than ${OUTPUT} bytes`, {
          advice: "print one bark and nothing else",
        });
      if (outcome.status === 126 || (outcome.status === 127 && stdout === ""))
        throw new Trouble(`it cannot be run (exit ${exitCode(outcome)}${complaint({ stderr })})`);
      return outcome.status;
    default:
      return outcome satisfies never;
  }
}

/** The last line of what it wrote to stderr. */
export function complaint({ stderr }: Pick<Finished, "stderr">): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return last === "" ? "" : `: ${printable(last.slice(0, 300))}`;
}

function readJson(text: string): Reading {
  try {
    return JSON.parse(text) as Reading; // what is in it is checked with the bark that is made of it
  } catch (error) {
    throw new Trouble(`what it printed is not JSON (${printable((error as Error).message.slice(0, 200))})`, {
      advice: "print one JSON object and nothing else",
      cause: error,
    });
  }
}
