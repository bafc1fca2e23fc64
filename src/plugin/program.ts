import { printable } from "../printable.ts";
import type { Finished } from "../process/bounded.ts";
import { formatSpan } from "../time.ts";
import { Trouble } from "../trouble.ts";

/** What helps with a program of whoever keeps this machine. One of a package is told to be installed. */
interface Cures {
  /** Where it cannot be started. */
  readonly start?: string;
  /** Where it writes more than is read. */
  readonly flood?: string;
}

/** The exit code of a program.
 * @param name  what it is called, for a person
 * @throws Trouble when it is not there, did not end by itself, or wrote more than is read */
export function exitOf(name: string, { outcome, flooded, stderr }: Finished, cures?: Cures): number {
  switch (outcome.kind) {
    case "never-started":
      throw outcome.errno === "ENOENT" && cures === undefined
        ? new Trouble(`${name} is not installed`, { advice: `install it, or disable this indicator` })
        : new Trouble(`${name} cannot be started (${outcome.errno})`, { advice: cures?.start });
    case "overran":
      throw new Trouble(`${name} did not answer within ${formatSpan(outcome.limit)}, and was ended`);
    case "killed":
      throw new Trouble(`${name} was ended by ${outcome.signal}${complaint({ stderr })}`);
    case "exited":
      if (flooded) throw new Trouble(`${name} wrote more than can be read`, { advice: cures?.flood });
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

/** The last line of what it wrote to stderr, as the end of a sentence; nothing where it wrote nothing. */
export function complaint({ stderr }: Pick<Finished, "stderr">): string {
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return last === "" ? "" : `: ${printable(last.slice(0, 300))}`;
}

/** The first line that it wrote on stderr, for a person. */
export const firstLine = ({ stderr }: Pick<Finished, "stderr">): string =>
  printable((stderr.trim().split("\n")[0] ?? "").slice(0, 300));
