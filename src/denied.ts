import { lstatSync } from "node:fs";
import { nameOf } from "./author.ts";
import { errno } from "./trouble.ts";

/** Whose a file is, and who else may use it. */
export interface Owner {
  readonly path: string;
  readonly owner: string;
  /** "0750" */
  readonly mode: string;
}

/** Who could do what this user may not: whose the path is, or the nearest folder above it that may be looked at.
 * @returns undefined where that is this user */
export function ownerOf(path: string): Owner | undefined {
  try {
    const { uid, mode } = lstatSync(path);
    if (uid === process.geteuid?.()) return undefined;
    return { path, owner: nameOf(uid), mode: (mode & 0o7777).toString(8).padStart(4, "0") };
  } catch {
    const above = path.replace(/\/+[^/]*\/*$/, "");
    return above === "" || above === path ? undefined : ownerOf(above);
  }
}

/** What to do where the system does not permit something: become who may.
 * @returns undefined where it is another error, or this user's own affair */
export function denied(path: string, error: unknown): string | undefined {
  if (!["EACCES", "EPERM"].includes(errno(error) ?? "")) return undefined;
  const found = ownerOf(path);
  return found && `${found.path} is ${found.owner}'s (mode ${found.mode}); run this as ${found.owner}`;
}
