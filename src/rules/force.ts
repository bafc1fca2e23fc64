import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errno, Trouble } from "../trouble.ts";
import { writeWhole } from "../whole.ts";
import type { Text } from "./text.ts";

/** The rules in force: what the handler has found to be right, in a file of its own. So a file that is changed, and
 * perhaps wrong, counts for nothing before it is told; and whoever asks by the rules asks by the same ones. It is a
 * program that `sheepdog ask --file` takes. */
export const forceOf = (state: string): string => join(state, "rules.pl");

/** Puts rules in force.
 * @throws the system's error */
export async function enforce(state: string, texts: readonly Text[]): Promise<void> {
  const before = inForce(state);
  const text = written(texts);
  // Where there never were any there is no file: nobody looks for alerts then.
  if (before === undefined ? texts.length > 0 : text !== written(before))
    await writeWhole(forceOf(state), text, 0o640);
}

/** @returns undefined where there never were any
 * @throws Trouble when they cannot be read */
export function inForce(state: string): readonly Text[] | undefined {
  let text: string;
  try {
    text = readFileSync(forceOf(state), "utf8");
  } catch (error) {
    const code = errno(error);
    if (code === "ENOENT") return undefined;
    throw new Trouble(`cannot read the rules in force, ${forceOf(state)} (${code ?? "unknown"})`, {
      advice: "ask as root, or as a member of the group that owns it",
      cause: error,
    });
  }
  const [, ...parts] = text.split(new RegExp(`^${MARK}`, "m"));
  return parts.map((part) => {
    const end = part.indexOf("\n");
    return { file: part.slice(0, end), text: part.slice(end + 1, -1) };
  });
}

const MARK = "%%% from ";
const written = (texts: readonly Text[]): string =>
  texts.map((one) => `${MARK}${one.file}\n${one.text}\n`).join("");
