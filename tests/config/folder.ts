import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A folder of this test's own, and a way to write files of mode 0600 (unless told otherwise) into it. */
export function folder(t: TestContext): {
  path: string;
  write: (name: string, content: string | Buffer, mode?: number) => string;
} {
  const path = mkdtempSync(join(tmpdir(), "sheepdog-config-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, content: string | Buffer, mode = 0o600): string => {
    const file = join(path, name);
    rmSync(file, { force: true }); // one that was written before may not be writable
    writeFileSync(file, content);
    chmodSync(file, mode); // whatever the umask
    return file;
  };
  return { path, write };
}
