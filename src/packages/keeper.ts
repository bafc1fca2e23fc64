import type { Context } from "../plugin/contract.ts";

export type Run = Context["run"];
export type Package = readonly [name: string, version: string];
/** The version of the package that a file is of, by the path of the file. */
export type Owners = ReadonlyMap<string, string>;

/** Who knows what is installed on a machine. Each is a program, which may be absent. */
export interface Keeper {
  readonly name: string;
  /** Lists what is installed.
   * @param profiles  of guix, those that are looked into */
  readonly list: (profiles: readonly string[]) => readonly string[];
  /** One line of that list; undefined where it is no package that is installed. */
  readonly read: (line: string) => Package | undefined;
  /** Whose files are. What it does not know is left out, and an absent keeper knows nothing. */
  readonly owners?: (paths: readonly string[], run: Run) => Promise<Owners>;
}

/** What is installed, by the list of a keeper. */
export const packagesIn = (list: string, { read }: Keeper): readonly Package[] =>
  list.split("\n").flatMap((line) => {
    const one = read(line);
    return one === undefined ? [] : [one];
  });

/** Reads a line in which a name and a version are two groups. */
export const pair =
  (pattern: RegExp) =>
  (line: string): Package | undefined => {
    const [, name, version] = pattern.exec(line) ?? [];
    return name === undefined || version === undefined ? undefined : [name, version];
  };

/** Reads an answer in which each line has a path and a version. */
export const owned = (text: string, line: RegExp, paths: readonly string[]): Owners =>
  new Map(
    [...text.matchAll(line)].flatMap(([, path = "", version = ""]) =>
      paths.includes(path) ? [[path, version] as const] : [],
    ),
  );
