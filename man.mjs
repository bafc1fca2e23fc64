// Writes the man pages into dist/man/, from what the commands say of themselves (--help) and from the schema of the
// configuration: there is no second copy of any of it. Called by build.mjs once the commands are there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Text as roff shows it: nothing in it is obeyed. */
const plain = (text) =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replace(
      /[^\u0000-\u007f]/g,
      (sign) => `\\[u${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replace(/^(?=[.'])/gm, "\\&");
const asIs = (text) => `.EX\n${plain(text.trim()).replace(/\n{2,}/g, "\n\n")}\n.EE\n`;
const heading = (text) => `.SH ${plain(text)}\n`;

function page(name, section, what, parts) {
  return [
    `.TH ${plain(name.toUpperCase())} ${section} "" "Sheepdog ${version}"\n`,
    heading("NAME"),
    `${plain(name)} \\- ${plain(what)}\n`,
    ...parts,
    heading("SEE ALSO"),
    `.BR sheepdog (1),\n.BR sheepdog.toml (5),\n.BR sheepdog\\-handler (8),\n.BR sheepdog\\-mailer (8)\n`,
  ].join("");
}

function write(name, section, text) {
  const folder = join(root, "dist/man", `man${section}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.${section}`), text);
}

/** @param lines  of `sheepdog`, see helps.mjs
 * @param units  the other commands, each with its help */
export async function manuals(lines, units) {
  const [top, ...commands] = lines;
  if (commands.length === 0) throw new Error("the help of sheepdog lists no commands any more");
  const [usage, rest = ""] = top.text.split(/\n(?=Commands:)/);
  write(
    "sheepdog",
    1,
    page("sheepdog", 1, "wrap a job, or ask what the dog has seen", [
      heading("SYNOPSIS"),
      asIs(usage),
      heading("OPTIONS"),
      asIs(rest),
      heading("COMMANDS"),
      ...commands.flatMap(({ words, text }) => [`.SS sheepdog ${plain(words.join(" "))}\n`, asIs(text)]),
    ]),
  );
  for (const { name: unit, text } of units) {
    const [first, ...about] = text.split("\n");
    write(
      unit,
      8,
      page(unit, 8, first.slice(first.indexOf(": ") + 2), [heading("DESCRIPTION"), asIs(about.join("\n"))]),
    );
  }
  const { outputFiles } = await build({
    entryPoints: [join(root, "src/config/manual.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  const { manual, places } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  const items = manual().map(({ kind, name, text, value }) =>
    kind === "table"
      ? `${heading(`[${name}]`)}${plain(text)}\n`
      : `.TP\n.B ${plain(name)}\n${plain(text)}\n${value === "" ? "" : `${plain(value)}\n`}`,
  );
  write(
    "sheepdog.toml",
    5,
    page("sheepdog.toml", 5, "configuration of Sheepdog", [
      heading("DESCRIPTION"),
      "Every key may be left out. JSON and Scheme will do as well as TOML. The first of these that is there is used, unless one is given by \\-c or $SHEEPDOG_CONFIG:\n",
      asIs(places.join("\n")),
      heading("KEYS"),
      ...items,
    ]),
  );
}
