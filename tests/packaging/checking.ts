import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folder } from "../support/folder.ts";
import { ROOT } from "../support/stage.ts";

/** Why the packaging cannot be checked here, or false. */
export const unable: string | false =
  process.getuid?.() !== 0
    ? "it takes root, to make name spaces and overlays"
    : existsSync("/usr/bin/apt-get")
      ? false
      : "it takes Debian's packages of Guix and Nix, and there is no apt-get";

/** What a check said, and the folder with what it made. */
export interface Checked {
  readonly said: string;
  readonly kept: string;
}

/** Evaluates the packaging by `check-guix` or `check-nix`, which makes a root with it the first time.
 * @throws Error with all that was said when something is wrong */
export async function evaluated(t: TestContext, check: "check-guix" | "check-nix"): Promise<Checked> {
  const kept = folder(t);
  const child = spawn(join(ROOT, "tests/packaging", check), ["--keep", kept, "eval"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const status = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (status !== 0) throw new Error(`${check} eval: exit ${String(status)}\n${said}`);
  return { said, kept };
}
