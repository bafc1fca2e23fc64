import { existsSync } from "node:fs";
import { join } from "node:path";

/** What to ask for what the kernel of this machine has said: not each has a journal. */
export function kernelLog({ PATH = "/usr/bin:/bin" }: NodeJS.ProcessEnv = process.env): string {
  const journal = PATH.split(":").some((folder) => folder !== "" && existsSync(join(folder, "journalctl")));
  return journal ? "`journalctl -k`" : "`dmesg`";
}
