// Writes the man pages into dist/man/, from what the commands say of themselves (--help) and from the schema of the
// configuration: there is no second copy of any of it. Called by build.mjs once the commands are there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { around, blocks, flat, options } from "./helps.mjs";

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
const bold = (text) => `\\fB${plain(text)}\\fR`;
const slanted = (text) => `\\fI${plain(text)}\\fR`;
const tagged = (tag, text) => `.TP\n${tag}\n${plain(text)}\n`;
const paragraph = (text) => `.PP\n${plain(text)}\n`;

/** Options as tagged paragraphs. */
const explained = (all) =>
  all
    .map(({ names, value, choices, joined, describe, more }) => {
      const what = choices.length > 0 ? choices.map(bold).join("|") : slanted(value);
      const takes = value === "" ? "" : joined ? `[=${what}]` : ` ${what}`;
      const notes = more.map((note) => ` (${note.replaceAll('"', "")})`).join("");
      return tagged(`${names.map(bold).join(", ")}${takes}`, `${describe}${notes}`);
    })
    .join("");

const shown = (block) => {
  if (block.kind === "rows") return block.rows.map(({ name, about }) => tagged(bold(name), about)).join("");
  return block.kind === "code" ? `.PP\n.RS 4\n${asIs(block.text)}.RE\n` : paragraph(flat(block.text));
};
/** The lines with which a help begins that say how a command is called. */
const isUsage = ({ kind, text }, name) =>
  kind !== "rows" && text.split("\n").every((line) => line.startsWith(name));
const isCodes = ({ kind, text }) => kind === "text" && text.startsWith("Exit codes");
/** A part of a page, if there is anything in it. */
const section = (name, some) =>
  some.length === 0
    ? ""
    : `${heading(name)}${some
        .map(shown)
        .join("")
        .replace(/^\.PP\n/, "")}`;
/** What the exit codes mean, without the words that the heading says. */
const codes = (some) =>
  section(
    "EXIT STATUS",
    some.filter(isCodes).map((block) => ({ ...block, text: block.text.replace(/^Exit codes[.:]\s+/, "") })),
  );

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

/** One command of `sheepdog`, as a part of its page. */
function command({ words, text }) {
  const { before, after } = around(text);
  const own = options(text).filter(({ names }) => !names.includes("--help") && !names.includes("--version"));
  const name = `sheepdog ${words.join(" ")}`;
  const parts = blocks(before).map((block) => (isUsage(block, name) ? asIs(block.text) : shown(block)));
  const rest = blocks(after).map(
    (block) => (block.kind === "rows" ? paragraph(`${block.title}:`) : "") + shown(block),
  );
  return [`.SS ${plain(name)}\n`, ...parts, explained(own), ...rest].join("");
}

function unitPage({ name, text }) {
  const { before, after } = around(text);
  const [first, ...usage] = blocks(before);
  const about = blocks(after);
  return page(name, 8, first.text.slice(first.text.indexOf(": ") + 2), [
    heading("SYNOPSIS"),
    asIs(
      usage.length === 0
        ? `${name} [OPTION…]`
        : usage.map(({ text }) => text.replace(name, `${name} [OPTION…]`)).join("\n"),
    ),
    section(
      "DESCRIPTION",
      about.filter((block) => !isCodes(block)),
    ),
    heading("OPTIONS"),
    explained(options(text)),
    codes(about),
  ]);
}

/** @param lines  of `sheepdog`, see helps.mjs
 * @param units  the other commands, each with its help */
export async function manuals(lines, units) {
  const [top, ...commands] = lines;
  if (commands.length === 0) throw new Error("the help of sheepdog lists no commands any more");
  const { before, after } = around(top.text);
  const said = [...blocks(before), ...blocks(after)];
  const titled = (title) => said.filter((block) => block.title === title);
  write(
    "sheepdog",
    1,
    page("sheepdog", 1, "wrap a job, or ask what the dog has seen", [
      heading("SYNOPSIS"),
      ...said.filter((block) => isUsage(block, "sheepdog ")).map(({ text }) => asIs(text)),
      section(
        "DESCRIPTION",
        said.filter((block) => block.kind === "text" && !isUsage(block, "sheepdog ") && !isCodes(block)),
      ),
      heading("OPTIONS"),
      explained(options(top.text)),
      section("COMMANDS", titled("Commands")),
      ...commands.map(command),
      section("EXAMPLES", titled("Examples")),
      codes(said),
    ]),
  );
  for (const unit of units) write(unit.name, 8, unitPage(unit));
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
