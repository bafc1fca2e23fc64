import { printable } from "../printable.ts";
import type { Finished } from "../process/bounded.ts";
import { formatSpan } from "../time.ts";
import { Trouble } from "../trouble.ts";

/** The exit code of a program that an indicator asks.
 * @param name  what it is called, for a person
 * @throws Trouble when it is not there, did not end by itself, or wrote more than is read */
export function exitOf(name: string, { outcome, flooded }: Finished): number {
  switch (outcome.kind) {
    case "never-started":
      throw outcome.errno === "ENOENT"
        ? new Trouble(`${name} is not installed`, { advice: `install it, or disable this indicator` })
        : new Trouble(`${name} cannot be started (${outcome.errno})`);
    case "overran":
      throw new Trouble(`${name} did not answer within ${formatSpan(outcome.limit)}`);
    case "killed":
      throw new Trouble(`${name} was ended by ${outcome.signal}`);
    case "exited":
      if (flooded) throw new Trouble(`${name} wrote more than can be read`);
      return outcome.status;
    default:
      return outcome satisfies never;
  }
}

/** What it wrote on stdout, as JSON.
 * @throws Trouble when that is none */
export function jsonOf(name: string, { stdout }: Finished): unknown {
  try {
    return JSON.parse(stdout) as unknown;
  } catch (error) {
    throw new Trouble(`${name} answers with no JSON`, { advice: "it may be too old", cause: error });
  }
}

/** The first line that it wrote on stderr, for a person. */
export const firstLine = ({ stderr }: Pick<Finished, "stderr">): string =>
  printable((stderr.trim().split("\n")[0] ?? "").slice(0, 300));
