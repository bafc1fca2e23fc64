import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file whole or not at all, also when the power fails: flushed to the disk when it returns.
 * @throws the system's error, leaving what was there before */
export async function writeWhole(file: string, content: string | Buffer, mode = 0o600): Promise<void> {
  const half = `${file}.tmp`;
  try {
    await using handle = await open(half, "w", mode);
    await handle.writeFile(content);
    await handle.sync();
    await rename(half, file);
    await using folder = await open(dirname(file), "r");
    await folder.sync();
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
