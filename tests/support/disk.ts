import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A disk of its own that is soon full. It ends with the test.
 * @param size  as mount(8) takes it: "64k"
 * @returns undefined where this user may not mount one */
export function smallDisk(t: TestContext, size: string): string | undefined {
  const path = mkdtempSync(join(tmpdir(), "dog-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]);
  t.after(() => {
    if (status === 0) spawnSync("umount", ["--lazy", path]);
    rmdirSync(path);
  });
  return status === 0 ? path : undefined;
}
