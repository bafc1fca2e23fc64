import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { errno, Trouble } from "../trouble.ts";
import type { Piece } from "./piece.ts";

/** Where it is written down what was put in place, one absolute path a line, by `sheepdog setup` and `make install`
 * alike: an older version may have put what this one does not know any more. */
const FILE = "usr/local/lib/sheepdog/installed";

/** The list of all pieces that go when Sheepdog goes. */
export const manifest = (all: readonly Piece[]): Piece => ({
  to: FILE,
  text: () => lines(all.filter(({ kept }) => !kept)),
  kept: false,
});

const lines = (all: readonly Piece[]): string =>
  all
    .map(({ to }) => `/${to}\n`)
    .sort()
    .join("");

/** What the list says, below the root of the machine, as far as it is there. The list is not trusted: only files that
 * bear our name count, in the place where setup puts them, and below that root by no detour.
 * @throws Trouble when there is a list that cannot be read */
export function listed(root: string): readonly string[] {
  return read(join(root, FILE))
    .split("\n")
    .filter((line) => OURS.test(line) && normalize(line) === line && isFile(root, line))
    .map((line) => line.slice(1));
}

const OURS = /^\/(usr\/local\/.*|etc\/fish\/completions\/)sheepdog/;

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errno(error) === "ENOENT") return ""; // nothing was put in place, or by a version that kept no list
    throw new Trouble(`cannot read ${file}`, { advice: "mend or remove it", cause: error });
  }
}

function isFile(root: string, line: string): boolean {
  const path = join(root, line);
  try {
    const folder = relative(realpathSync(root), realpathSync(dirname(path)));
    return !folder.startsWith("..") && !lstatSync(path).isDirectory();
  } catch {
    return false; // it is not there
  }
}
