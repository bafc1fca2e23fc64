import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Puts empty files below a folder, as something else might have. @returns the path that it was given */
export const planting =
  (folder: string) =>
  (path: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
    return path;
  };
