import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { errno, Trouble } from "../trouble.ts";

const PREFIX = "sheepdog-plugin-";

/** Where npm puts what is installed for the whole machine: beside us where it put us, beside the node that runs this,
 * and where it does usually. */
export const globals = (): readonly string[] => {
  const beside = resolve(fileURLToPath(import.meta.url), "../../..");
  return [
    ...new Set([
      ...(basename(beside) === "node_modules" ? [beside] : []),
      resolve(process.execPath, "../../lib/node_modules"),
      "/usr/local/lib/node_modules",
      "/usr/lib/node_modules",
    ]),
  ];
};

/** The folders of packages in a folder `node_modules` that are called `sheepdog-plugin-NAME`, also in a scope:
 * `@farm/sheepdog-plugin-NAME`. */
export const packagesIn = (modules: string): readonly string[] =>
  names(modules)
    .flatMap((name) =>
      name.startsWith("@") ? names(join(modules, name)).map((inner) => join(name, inner)) : [name],
    )
    .filter((name) => basename(name).startsWith(PREFIX))
    .map((name) => join(modules, name));

/** What lies in a folder, sorted; nothing where there is no such folder. */
export function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (errno(error) === "ENOENT" || errno(error) === "ENOTDIR") return [];
    throw new Trouble(`cannot look for plugins in ${folder} (${errno(error) ?? "unknown"})`, {
      kind: "configuration",
      advice: "let this user read it",
      cause: error,
    });
  }
}

/** What the package in a folder is called as a plugin, and the file that it begins with.
 * @throws Trouble when there is no package, or no such file */
export function packageAt(folder: string): { readonly name: string; readonly entry: string } {
  const file = join(folder, "package.json");
  try {
    const { name, exports, main } = JSON.parse(readFileSync(file, "utf8")) as Readonly<
      Record<string, unknown>
    >;
    const from = chosen((exports as { "."?: unknown } | undefined)?.["."] ?? exports) ?? chosen(main) ?? "./";
    return {
      name: basename(String(name)).replace(PREFIX, ""),
      entry: createRequire(file).resolve(resolve(folder, from)),
    };
  } catch (error) {
    throw new Trouble(`it is no package that can be loaded (${(error as Error).message.split("\n")[0]})`, {
      kind: "configuration",
      advice: `mend ${file}, or install it anew`,
      cause: error,
    });
  }
}

/** What of `exports` of a package.json is meant here (https://nodejs.org/api/packages.html#conditional-exports). Both
 * kinds of module will do: an import becomes a call in any case. */
function chosen(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  for (const [condition, target] of Object.entries(exports))
    if (Array.isArray(exports) || CONDITIONS.includes(condition)) {
      const found = chosen(target);
      if (found !== undefined) return found;
    }
  return undefined;
}
const CONDITIONS = ["node", "import", "module-sync", "require", "default"];

/** The file of a package that has nothing but `import` in its `exports`, which require() does not look at.
 * @param from  the file that imports it */
export function imported(name: string, from: string): string | undefined {
  const places = createRequire(from).resolve.paths(name) ?? [];
  const there = places.find((place) => names(join(place, name)).includes("package.json"));
  return there === undefined ? undefined : packageAt(join(there, name)).entry;
}
