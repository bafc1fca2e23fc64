import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DIST } from "./sheepdog.ts";

/** The checkout. */
export const ROOT = join(DIST, "..");

/** `make install` and the like into a folder that stands for the root of a machine. */
export const make = (target: string, stage: string, ...settings: readonly string[]): void =>
  void execFileSync("make", ["-s", target, `DESTDIR=${stage}`, ...settings], { cwd: ROOT, stdio: "pipe" });

/** All files below a folder, links included, sorted. */
export const files = (path: string): readonly string[] =>
  readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => !lstatSync(join(path, name)).isDirectory())
    .sort();
