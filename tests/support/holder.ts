import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "../broker/holder.js");

/** Starts a consumer in a process of its own. It takes a batch and never finishes it.
 * @returns once it has a batch in hand */
export async function holder(t: TestContext, kind: "redis" | "spool", place: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, kind, place], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => void child.kill("SIGKILL"));
  if (child.stdout === null) throw new Error("stdout is piped");
  await once(createInterface({ input: child.stdout }), "line");
  return child;
}

export async function kill9(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}
