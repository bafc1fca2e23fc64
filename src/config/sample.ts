import { PLACES } from "./find.ts";
import { Config } from "./schema.ts";
import { type Key, keysOf } from "./shape.ts";

const WIDTH = 90;
const HEADER = `Configuration of Sheepdog. Every key is here, with what holds when it is left out.

A line that begins with # and a blank explains; one that begins with # alone is a setting: take the # away to use it. \
JSON and Scheme will do as well as TOML.

Looked for: the file given with -c, else $SHEEPDOG_CONFIG, else the first of these that is there \
($XDG_CONFIG_HOME stands for ~/.config where it is set):
${PLACES.map((place) => `  ${place}`).join("\n")}

A file that holds a password must have mode 0600. Better keep passwords out of it: see the keys named \`secret\`.

Test it with: sheepdog config check

Generated from src/config/schema.ts: change it there.`;

/** The commented sample, etc/sheepdog.toml. */
export function sampleToml(): string {
  return `${[prose(HEADER), ...keysOf(Config).map(entry)].join("\n\n")}\n`;
}

function entry(key: Key): string {
  const name = key.path.at(-1) ?? "";
  const text = prose(`${key.about.text}.`);
  // A key within a table that is commented out is commented out too, else it would land in the table before.
  const off = key.optional || within(key);
  if (key.kind === "table") return `${text}\n${off ? "#" : ""}[${key.example.join(".")}]`;
  const value = key.about.example ?? key.fallback;
  return `${text}\n${off || key.about.example !== undefined ? "#" : ""}${name} = ${literal(value)}`;
}

const within = (key: Key): boolean =>
  key.path.length > 1 &&
  keysOf(Config).some((table) => table.kind === "table" && table.optional && table.path[0] === key.path[0]);

/** What TOML and JSON write alike: text without controls, numbers, booleans, lists of text. */
const literal = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);

/** Comment lines, wrapped between words. A line that begins with a blank is left as it is. */
const prose = (text: string): string =>
  text
    .split("\n")
    .flatMap(wrap)
    .map((line) => `# ${line}`.trimEnd())
    .join("\n");

function wrap(text: string): readonly string[] {
  if (text.startsWith(" ")) return [text];
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length + 3 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
