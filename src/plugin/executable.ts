import { closeSync, openSync, readSync } from "node:fs";
import type { Json } from "../bark.ts";
import { printable } from "../printable.ts";
import type { Finished } from "../process/bounded.ts";
import { Trouble } from "../trouble.ts";
import type { Context, Plugin, Reading } from "./contract.ts";
import type { Found } from "./find.ts";
import { header } from "./header.ts";
import { readNagios } from "./nagios.ts";
import { complaint, exitOf } from "./program.ts";

/** Bytes that a plugin may allocate and write: what it says must fit into a bark. */
export const MEMORY = 512 * 1024 * 1024;
export const OUTPUT = 256 * 1024;

/** A program as a plugin: `FILE monitor` reads the indicator once. Settings reach it as SHEEPDOG_ and their name in
 * capitals, all of them as JSON in SHEEPDOG_SETTINGS; what the reading before remembered in SHEEPDOG_BEFORE. */
export function executable({ name, file }: Found & { readonly kind: "executable" }): Plugin {
  const { about, settings, rhythm, unit } = header(beginning(file), file);
  return {
    name,
    about: about ?? `the program ${file}`,
    settings,
    ...(rhythm === undefined ? {} : { rhythm }),
    ...(unit === undefined ? {} : { unit }),
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
    throw status !== 0 && ended.stderr.trim() !== ""
      ? new Trouble(`it left with ${status}${complaint(ended)}`)
      : new Trouble(`it printed nothing and left with ${status}${complaint(ended)}`, {
          advice: "`monitor` prints one bark as JSON, or a line as plugins for Nagios do",
        });
  if (status === 0 && NO_TEXT.test(said))
    throw new Trouble("it says that all is well with signs that no text has", {
      advice: "print one bark as JSON, or a line as plugins for Nagios do",
    });
  return readNagios(status, ended.stdout);
}

/** Control characters but those of lines and of colours. What is bad is told whatever else was printed. */
const NO_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/;

function variables(settings: Readonly<Record<string, Json>>): Readonly<Record<string, string>> {
  const each = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      `SHEEPDOG_${key.replace(/[^A-Za-z0-9]/g, "_").toUpperCase()}`,
      Array.isArray(value) ? value.join("\n") : typeof value === "string" ? value : JSON.stringify(value),
    ]);
  return { ...Object.fromEntries(each), SHEEPDOG_SETTINGS: JSON.stringify(settings) };
}

const CURES = {
  start: "check its first line, `#!…`, and that the interpreter is there",
  flood: `print one bark and nothing else: at most ${OUTPUT} bytes`,
};

/** The exit code of a program that is a plugin.
 * @throws Trouble when it did not end by itself, or wrote more than anybody can read */
export function statusOf(ended: Finished): number {
  const status = exitOf("it", ended, CURES);
  // Its memory is limited by prlimit(1), which leaves with these where it cannot run it.
  if (status === 126 || (status === 127 && ended.stdout === ""))
    throw new Trouble(`it cannot be run (exit ${status}${complaint(ended)})`);
  return status;
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
