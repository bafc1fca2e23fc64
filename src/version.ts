import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Which Sheepdog this is: "0.1.0". From the nearest package.json above this file that is ours, because what runs may
 * lie in out/src/ (compiled) or in dist/ (bundled). */
export const version = (): string => nearest(dirname(fileURLToPath(import.meta.url)));

function nearest(folder: string): string {
  const found = read(join(folder, "package.json"));
  if (found?.name === "sheepdog" && found.version !== undefined) return found.version;
  const above = dirname(folder);
  return above === folder ? "unknown" : nearest(above);
}

function read(file: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
  } catch {
    return undefined; // no such file here: the folder above is asked
  }
}
