import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folder } from "./folder.ts";

/** Puts a small program first in PATH, in place of one whose hardware is not here. It ends with the test.
 * @param script  of a shell */
export function stand(t: TestContext, name: string, script: string): void {
  const bin = join(folder(t), "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const { PATH } = process.env;
  process.env["PATH"] = `${bin}:${PATH}`;
  t.after(() => void (process.env["PATH"] = PATH));
}
