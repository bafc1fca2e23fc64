import { lstat, readdir, unlink } from "node:fs/promises";
import { between, epoch, now, type Seconds } from "../time.ts";
import { fileOf } from "./oldest.ts";

/** Removes drafts whose writer died over them.
 * @param age  how long ago it was last written to */
export async function sweep(folder: string, age: Seconds): Promise<void> {
  for (const name of await readdir(folder, { encoding: "latin1" })) {
    const file = fileOf(folder, name);
    try {
      const { mtimeMs } = await lstat(file);
      if (between(epoch(mtimeMs), now()) > age) await unlink(file);
    } catch {
      // a folder, or gone meanwhile: it takes no part in anything
    }
  }
}
