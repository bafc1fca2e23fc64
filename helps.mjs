// What the commands say of themselves: the man pages and the completions are made of it.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");

/** The help of a command as it is built. */
export const help = (command, ...words) =>
  execFileSync(process.execPath, [join(dist, `${command}.cjs`), ...words, "--help"], {
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

/** The lines in which a help explains options, and what stands before and after them. */
export function around(text) {
  const found = /^(?:Options:\n)?((?: {2,6}-.*\n(?: {7}.*\n)*)+)/m.exec(text);
  if (found === null) throw new Error(`the help explains no options: ${text}`);
  const [whole, block] = found;
  return { before: text.slice(0, found.index), block, after: text.slice(found.index + whole.length) };
}

/** The options that a help explains.
 * @returns names: ["-c", "--config"]; describe: what it is for; value: what it takes, "FILE" or "skip|wait", "" for
 *   nothing; choices: the only ones there are; joined: whether the value may be left out, and stands behind = only;
 *   more: what else is said, such as the default */
export function options(text) {
  const { block } = around(text);
  const entries = block.split(/\n(?= {2,6}-)/).filter((entry) => entry.trim() !== "");
  return entries.map((entry) => {
    const [, names, argument = "", about] =
      /^\s*((?:-[\w-]+, )*--?[\w-]+)(?: ([A-Z]+))?\s{2,}([^]*)$/.exec(entry) ?? [];
    if (names === undefined) throw new Error(`the help is not understood: ${entry}`);
    const [describe, ...tags] = flat(about).split(/ \[(?=[^\]]*\](?: \[|$))/);
    const [kind = argument, ...more] = tags.map((tag) => tag.slice(0, -1));
    const listed = more.find((tag) => tag.startsWith("choices: "));
    const joined = /^\w+(\|\w+)+$/.test(kind); // --lock stands alone, or with its value behind =
    const choices = joined
      ? kind.split("|")
      : (listed?.match(/"\w+"/g) ?? []).map((word) => word.slice(1, -1));
    const value = kind === "boolean" ? "" : choices.length > 0 ? choices.join("|") : kind;
    return {
      names: names.split(", "),
      describe,
      value,
      choices,
      joined,
      more: more.filter((tag) => tag !== listed),
    };
  });
}

/** Text without its line breaks. */
export const flat = (text) => text.replace(/\s+/g, " ").trim();

/** What a help says besides its options, block by block: `rows` are a name and what it means, under a `title`; `code`
 * stands as it is; the rest is `text`. */
export function blocks(text) {
  return text
    .replace(/\n(?=Exit codes)/g, "\n\n")
    .replace(/^\n+|\n+$/g, "")
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== "")
    .map((block) => {
      const [, title] = /^(\w+):\n(?= {2})/.exec(block) ?? [];
      if (title !== undefined) return { kind: "rows", title, rows: rows(block.slice(title.length + 2)) };
      return { kind: /^ {2}/.test(block) ? "code" : "text", text: block.replace(/^ {2}/gm, "") };
    });
}

/** Two columns: what is in one alone goes on from the row above. Types of yargs' are left out. */
function rows(block) {
  const lines = block.split("\n");
  const column = /^ {2}\S.*? {2,}(?=\S)/.exec(lines[0])?.[0].length;
  if (column === undefined) throw new Error(`the help is not understood: ${block}`);
  const found = [];
  for (const line of lines) {
    const [left, right] = [line.slice(0, column).trim(), line.slice(column).trim()];
    const last = found.at(-1);
    if (left !== "" && right !== "") found.push({ name: left, about: right });
    else if (left !== "") last.name += ` ${left}`;
    else last.about += ` ${right}`;
  }
  return found.map(({ name, about }) => ({
    name,
    about: flat(about).replace(/(?: \[[^\]]*\]+)+$/, ""),
  }));
}
