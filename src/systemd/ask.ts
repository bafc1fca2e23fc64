import { execFile } from "node:child_process";

/** Milliseconds that systemd may take for an answer. */
const PATIENCE = 5000;

interface How {
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds, where something is to be done first. */
  readonly patience?: number;
}

/** Asks one of systemd's programs.
 * @returns what it says on stdout, or undefined where it is not there, fails, or takes too long: whoever asks does
 *   without */
export async function ask(
  program: string,
  words: readonly string[],
  { environment = process.env, patience = PATIENCE }: How = {},
): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const options = { env: { ...environment, LC_ALL: "C" }, timeout: patience, maxBuffer: 1 << 24 };
    execFile(program, [...words], options, (error, stdout) => resolve(error === null ? stdout : undefined));
  });
}
