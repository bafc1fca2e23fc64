import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { NAME, NAMING } from "../name.ts";
import { errno, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { builtins } from "./builtin.ts";

/** Where a plugin is. */
export type Found =
  | { readonly kind: "builtin"; readonly name: string }
  /** TypeScript or JavaScript with one default export. */
  | { readonly kind: "module"; readonly name: string; readonly file: string }
  /** A program in any language, called with one word. */
  | { readonly kind: "executable"; readonly name: string; readonly file: string };

/** A file among the plugins that is not used. */
export interface Refused {
  readonly file: string;
  /** What is wrong with it, and the cure. */
  readonly why: string;
}

const MODULE = /\.(ts|mts|js|mjs|cjs)$/;
/** What may lie beside plugins. */
const BESIDE = /^\.|~$|\.(md|json|toml|txt|bak|orig|dpkg-\w+|rs|o)$|\.test\.|_test\.|^node_modules$/;
const PACKAGE = "sheepdog-plugin-";

/** Every plugin there is, by name, and every file that is refused. Of two with one name neither is used: which one is
 * meant would be a guess.
 * @param folders  where plugins lie that are not built in
 * @param wanted  the names that are asked for; no other file is looked at */
export function search(
  folders: readonly string[],
  wanted: (name: string) => boolean = () => true,
): {
  readonly found: readonly Found[];
  readonly refused: readonly Refused[];
} {
  const files = folders.flatMap((folder) => [
    ...filesIn(folder),
    ...packagesIn(join(folder, "node_modules")),
  ]);
  const seen = [...files, ...NODE_MODULES.flatMap(packagesIn)]
    .filter((file) => wanted(nameOf(file)))
    .map(look);
  const all = [
    ...builtins()
      .filter(wanted)
      .map((name): Found => ({ kind: "builtin", name })),
    ...seen.filter((one) => "kind" in one),
  ];
  const twice = all.filter((one) => all.some((other) => other !== one && other.name === one.name));
  return {
    found: all.filter((one) => !twice.includes(one)).sort((one, other) => (one.name < other.name ? -1 : 1)),
    refused: [
      ...seen.filter((one) => "why" in one),
      ...twice.flatMap((one) =>
        one.kind === "builtin"
          ? []
          : [{ file: one.file, why: `another plugin is called ${one.name} too; rename this one` }],
      ),
    ],
  };
}

/** @throws Trouble when no plugin can be called so */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new Trouble(`"${name}" cannot be the name of a plugin`, { kind: "configuration", advice: NAMING });
}

/** One plugin by its name.
 * @throws Trouble when there is none, or it is refused */
export function find(name: string, folders: readonly string[]): Found {
  checkName(name);
  const { found, refused } = search(folders, (candidate) => candidate === name);
  const [one] = found;
  if (one !== undefined) return one;
  const [why] = refused;
  throw why === undefined
    ? new Trouble(`there is no plugin "${name}"`, {
        kind: "configuration",
        advice: "see `sheepdog plugin list`",
      })
    : new Trouble(`the plugin ${why.file} is not used`, { kind: "configuration", advice: why.why });
}

/** Where npm puts what is installed for the whole machine. */
const NODE_MODULES = ["/usr/local/lib/node_modules", "/usr/lib/node_modules"];

function filesIn(folder: string): readonly string[] {
  return names(folder)
    .filter((name) => !BESIDE.test(name))
    .map((name) => join(folder, name))
    .filter((file) => !isFolder(file));
}

const packagesIn = (folder: string): readonly string[] =>
  names(folder)
    .filter((name) => name.startsWith(PACKAGE))
    .map((name) => join(folder, name));

/** Asked before, because most of them are not there, and an exception is slow to make. */
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function names(folder: string): readonly string[] {
  try {
    return isFolder(folder) ? readdirSync(folder).sort() : [];
  } catch (error) {
    throw new Trouble(`cannot look for plugins in ${folder} (${errno(error) ?? "unknown"})`, {
      kind: "configuration",
      advice: "let this user read it",
      cause: error,
    });
  }
}

const nameOf = (file: string): string =>
  file
    .slice(file.lastIndexOf("/") + 1)
    .replace(PACKAGE, "")
    .replace(/\.[A-Za-z0-9]+$/, "");

/** What a file among plugins is, or why it is not used. */
export function look(file: string): Found | Refused {
  const name = nameOf(file);
  if (!NAME.test(name))
    return { file, why: "its name must be lower-case letters, digits, - and _; rename it" };
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { file, why: "it is a link to nothing; remove it" };
  const why = untrusted(file, stats);
  if (why !== undefined) return { file, why };
  if (stats.isDirectory()) return { kind: "module", name, file };
  if (!stats.isFile()) return { file, why: "it is no file; remove it" };
  if (MODULE.test(file)) return { kind: "module", name, file };
  if ((stats.mode & 0o111) === 0) return { file, why: `it is not executable; run \`chmod +x ${file}\`` };
  return { kind: "executable", name, file };
}
