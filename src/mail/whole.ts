import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file whole or not at all, also when the power fails: mode 0600, flushed to the disk when it returns.
 * @throws the system's error, leaving what was there before */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const half = `${file}.tmp`;
  try {
    const handle = await open(half, "w", 0o600);
    await handle
      .writeFile(content)
      .then(() => handle.sync())
      .finally(() => handle.close());
    await rename(half, file);
    const folder = await open(dirname(file), "r");
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}
