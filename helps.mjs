// What the commands say of themselves: the man pages and the completions are made of it.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");

/** The help of a command as it is built. */
export const help = (command, ...words) =>
  execFileSync(join(dist, `${command}.cjs`), [...words, "--help"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: "/nonexistent" },
  });

/** Every command line of `sheepdog` that can begin, [] and ["dead", "list"] and so on, each with its help and the
 * words that may stand next; those above before those below. */
export function commandLines(words = []) {
  const text = help("sheepdog", ...words);
  const next = new RegExp(`^ {2}${["sheepdog", ...words].join(" ")} ([a-z]+)`, "gm");
  const listed = text.split(/^Commands:$/m)[1]?.split(/^$/m)[0] ?? "";
  const below = words.length < 2 ? [...listed.matchAll(next)].map(([, name]) => name) : [];
  return [{ words, text, below }, ...below.flatMap((name) => commandLines([...words, name]))];
}
