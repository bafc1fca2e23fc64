import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { folder } from "./folder.ts";
import { ROOT } from "./stage.ts";

/** npm without network, the settings of this user, and anything it has kept. */
export function npm(t: TestContext, cwd: string, ...words: readonly string[]): string {
  const home = folder(t); // not `cwd`: what is packed there would hold the log of its own packing
  return execFileSync("npm", [...words, "--offline", "--no-audit", "--no-fund", "--no-update-notifier"], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: home },
    encoding: "utf8",
    stdio: "pipe",
  });
}

/** Packs Sheepdog itself as it is built. @returns the path of the tarball */
export function packSheepdog(t: TestContext): string {
  const home = folder(t);
  // --ignore-scripts: dist/ is built already, and building it again would pull the floor from under other tests.
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", home], { cwd: ROOT, stdio: "pipe" });
  return join(home, readdirSync(home).find((name) => name.endsWith(".tgz")) ?? "");
}

/** Packs a package as its author would publish it.
 * @param about  its package.json
 * @param files  what is in it, by path
 * @returns the path of the tarball */
export function pack(
  t: TestContext,
  about: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>>,
): string {
  const home = folder(t);
  const all = { "package.json": JSON.stringify({ version: "1.0.0", ...about }), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return join(home, npm(t, home, "pack", "--silent").trim());
}
