import { opendir } from "node:fs/promises";

/** Names of the oldest messages in a folder, oldest first: a name begins with the moment it was made. Of a million
 * files only some names are in memory at a time, and no content.
 * @param skip  names that are not asked for
 * @returns names as latin1, one character a byte, so that names that are no UTF-8 can be told apart too */
export async function oldest(
  folder: string,
  limit: number,
  skip: (name: string) => boolean,
): Promise<string[]> {
  let names: string[] = [];
  for await (const { name } of await opendir(folder, { encoding: "latin1", bufferSize: 256 })) {
    if (skip(name)) continue;
    names.push(name);
    if (names.length >= 2 * limit + 1000) names = names.sort().slice(0, limit);
  }
  return names.sort().slice(0, limit);
}

/** The file of a name in latin1. */
export const fileOf = (folder: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, "latin1")]);
