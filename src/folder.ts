import { mkdirSync, statSync } from "node:fs";
import { errno } from "./trouble.ts";

/** Makes a folder, and those above it that are missing, which its group may enter (0750). Not by node's own `recursive`, which tries for ever where
 * the file system has no room for names at all (in /proc, or below a folder that was deleted).
 * @throws the error of the system, such as EACCES, ENOENT or ENOTDIR */
export function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (errno(error) === "EEXIST" && statSync(path).isDirectory()) return;
    const above = path.replace(/\/+[^/]*\/*$/, "");
    if (errno(error) !== "ENOENT" || above === "" || above === path) throw error;
    makeFolder(above, 0o750);
    makeLast(path, mode);
  }
}

function makeLast(path: string, mode: number): void {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (errno(error) !== "EEXIST") throw error; // somebody else was as quick
  }
}
