import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, resolve, sep } from "node:path";
import { Script } from "node:vm";
import { transform } from "sucrase";
import { errno, Trouble } from "../trouble.ts";
import { imported, packageAt } from "./package.ts";
import { untrusted } from "../trusted.ts";

/** The name by which a plugin imports what it is made of. */
const DOOR = "sheepdog/plugin";
const SOURCE = /\.([cm]?ts|[cm]?js)$/;

type Require = (name: string) => unknown;
type Wrapper = (
  exports: object,
  require: Require,
  module: { exports: object },
  file: string,
  folder: string,
) => void;

/** What a plugin imports by that name: public.ts, loaded. */
export type Door = typeof import("./public.ts");

/** Loads a plugin from somewhere else: TypeScript or JavaScript, or the folder of an npm package. Not by import():
 * node 20 knows no TypeScript, and from /etc/sheepdog/plugins no way leads to us. So its types are taken out, its
 * imports become calls, and the one door is opened here. `import.meta` and `await` outside of functions are not to be
 * had this way.
 * @returns its default export
 * @throws Trouble when it cannot be read or is no program; what it throws itself comes as it is */
export function loadForeign(file: string, door: Door): unknown {
  const loaded = new Map<string, { exports: object }>();
  const isPackage = statSync(file).isDirectory();
  const main = isPackage ? packageAt(file).entry : realpathSync(file);
  const home = (isPackage ? realpathSync(file) : dirname(main)) + sep;
  const exports = module(main) as { default?: unknown };
  return exports.default ?? exports;

  function module(path: string): unknown {
    const known = loaded.get(path);
    if (known !== undefined) return known.exports;
    const made = { exports: {} };
    const why = untrusted(path, home.slice(0, -1));
    if (why !== undefined) throw new Trouble(`${path} is not used`, { kind: "configuration", advice: why });
    loaded.set(path, made);
    const script = new Script(
      `(function (exports, require, module, __filename, __dirname) {${compile(path)}\n})`,
      {
        filename: path,
      },
    );
    (script.runInThisContext() as Wrapper)(made.exports, requireFrom(path), made, path, dirname(path));
    return made.exports;
  }

  function requireFrom(path: string): Require {
    const node = createRequire(path);
    return (name) => {
      if (name === DOOR) return door;
      const target = resolved(name, node, path);
      return own(target) ? module(target) : node(target);
    };
  }

  /** Whether a file is the plugin's, and not of a package that it depends on: that is node's affair. */
  function own(path: string): boolean {
    return path.startsWith(home) && !path.slice(home.length).includes("node_modules/") && SOURCE.test(path);
  }
}

function resolved(name: string, node: NodeJS.Require, from: string): string {
  try {
    return node.resolve(name);
  } catch (error) {
    const other =
      errno(error) === "ERR_PACKAGE_PATH_NOT_EXPORTED"
        ? imported(name, from)
        : // TypeScript for node says `./one.js` where `./one.ts` is meant.
          sourceOf(resolve(dirname(from), name));
    if (other === undefined) throw error;
    return other;
  }
}

function sourceOf(path: string): string | undefined {
  const source = path.replace(/\.([cm]?)js$/, ".$1ts");
  return source !== path && existsSync(source) ? source : undefined;
}

function compile(path: string): string {
  const source = readFileSync(path, "utf8").replace(/^#!.*/, "");
  if (path.endsWith(".cjs")) return source;
  try {
    return transform(source, {
      transforms: ["typescript", "imports"],
      disableESTransforms: true,
      filePath: path,
    }).code;
  } catch (error) {
    throw new Trouble(`${path} is not TypeScript or JavaScript: ${(error as Error).message.split("\n")[0]}`, {
      kind: "configuration",
      advice: "mend it; `sheepdog plugin test` shows what is wrong",
      cause: error,
    });
  }
}
