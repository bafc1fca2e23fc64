import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Trouble } from "../trouble.ts";
import { say } from "./say.ts";

/** The file of each shell, as the build names it. */
const FILES = { bash: "sheepdog.bash", zsh: "_sheepdog", fish: "sheepdog.fish" } as const;
export type Shell = keyof typeof FILES;

/** `sheepdog completion`: prints what the build made.
 * @returns the exit code
 * @throws Trouble when it is not there */
export async function completion(shell: Shell): Promise<number> {
  await say(read(join(dirname(fileURLToPath(import.meta.url)), "completions", FILES[shell])));
  return 0;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Trouble(`cannot read ${file}`, { advice: "build or install Sheepdog again", cause: error });
  }
}
