import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";

type Require = (name: string) => unknown;

/** Loads a part of a bundled command together with the code that V8 made of it at an earlier time, which spares
 * compiling it again: a tenth of the start (docs/decisions/0001-start.md). Where the code does not fit (another
 * version of node, other flags) V8 says so and compiles, as if there were none.
 * @param folder  where the parts are, each with its cache beside it
 * @param require  node's own */
export function parts(folder: string, require: Require): Require {
  const loaded = new Map<string, { exports: unknown }>();
  return function part(name: string): unknown {
    if (!name.startsWith("./")) return require(name);
    const known = loaded.get(name);
    if (known !== undefined) return known.exports;
    const file = `${folder}/${name.slice(2)}`;
    const script = compile(file);
    const module = { exports: {} };
    loaded.set(name, module);
    (script.runInThisContext() as Wrapper)(module.exports, part, module, file);
    if (process.env["SHEEPDOG_WARM"] !== undefined) process.on("exit", () => keep(file, script));
    return module.exports;
  };
}

/** What build.mjs makes of a part: one function, and nothing has to be put around it. */
type Wrapper = (exports: unknown, require: Require, module: { exports: unknown }, file: string) => void;

function compile(file: string): Script {
  const source = readFileSync(file, "utf8");
  let cachedData: Buffer | undefined;
  try {
    cachedData = readFileSync(`${file}.cache`);
  } catch {
    // none was made: it is only slower
  }
  return new Script(source, cachedData === undefined ? { filename: file } : { filename: file, cachedData });
}

/** After a run, so that it holds the functions that were used. Whole or not at all: another run may be reading it. */
function keep(file: string, script: Script): void {
  const draft = `${file}.cache.${process.pid}`;
  try {
    writeFileSync(draft, script.createCachedData());
    renameSync(draft, `${file}.cache`);
  } catch {
    // not ours to write to: it stays slower
  }
}
