import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { NAME, NAMING } from "../name.ts";
import { explain, Trouble } from "../trouble.ts";
import { untrusted } from "../trusted.ts";
import { builtins } from "./builtin.ts";
import { globals, names, packageAt, packagesIn } from "./package.ts";

/** Where a plugin is. */
export type Found =
  | { readonly kind: "builtin"; readonly name: string }
  /** TypeScript or JavaScript with one default export, or the folder of an npm package that begins with such. */
  | { readonly kind: "module"; readonly name: string; readonly file: string }
  /** A program in any language, called with one word. */
  | { readonly kind: "executable"; readonly name: string; readonly file: string };

/** A file among the plugins that is not used. */
export interface Refused {
  readonly file: string;
  /** What it would be called. */
  readonly name: string;
  /** What is wrong with it, and the cure. */
  readonly why: string;
}

const MODULE = /\.(ts|mts|js|mjs|cjs)$/;
/** What may lie beside plugins. */
const BESIDE = /^\.|~$|\.(md|json|toml|txt|bak|orig|dpkg-\w+|rs|o)$|\.test\.|_test\.|^node_modules$/;

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
  const files = [
    ...folders.flatMap((folder) =>
      [...filesIn(folder), ...packagesIn(join(folder, "node_modules"))].map(
        (file) => [file, folder] as const,
      ),
    ),
    ...globals().flatMap((modules) => packagesIn(modules).map((file) => [file, modules] as const)),
  ];
  const seen = files.filter(([file]) => wanted(nameOf(file))).map(([file, top]) => look(file, top));
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
          : [{ ...one, why: `another plugin is called ${one.name} too; rename or remove this one` }],
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

const filesIn = (folder: string): readonly string[] =>
  names(folder)
    .filter((name) => !BESIDE.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true);

/** What a file, or the folder of a package, is called as a plugin. */
const nameOf = (file: string): string =>
  basename(file)
    .replace("sheepdog-plugin-", "")
    .replace(/\.[A-Za-z0-9]+$/, "");

/** What a file among plugins is, or why it is not used.
 * @param file  a file, or the folder of an npm package
 * @param top  the folder in which it was looked for: that must be safe from others, too */
export function look(file: string, top = dirname(file)): Found | Refused {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return lookInto(file, top);
  const name = nameOf(file);
  const refuse = (why: string): Refused => ({ file, name, why });
  if (!NAME.test(name)) return refuse(`its name must be ${NAMING}; rename it`);
  if (stats === undefined) return refuse("it is a link to nothing; remove it");
  const why = untrusted(file, top);
  if (why !== undefined) return refuse(why);
  if (!stats.isFile()) return refuse("it is no file; remove it");
  if (MODULE.test(file)) return { kind: "module", name, file };
  if ((stats.mode & 0o111) === 0) return refuse(`it is not executable; run \`chmod +x ${file}\``);
  return { kind: "executable", name, file };
}

function lookInto(folder: string, top: string): Found | Refused {
  try {
    const { name, entry } = packageAt(folder);
    const why = NAME.test(name)
      ? (untrusted(join(folder, "package.json"), top) ?? untrusted(entry, top))
      : `its name must be ${NAMING}, behind sheepdog-plugin-; rename it`;
    return why === undefined ? { kind: "module", name, file: folder } : { file: folder, name, why };
  } catch (error) {
    return { file: folder, name: nameOf(folder), why: explain(error) };
  }
}
