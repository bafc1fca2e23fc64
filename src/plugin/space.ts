import { statfs as ask } from "node:fs";
import { promisify } from "node:util";
import { isRemote, type Mount } from "../mount.ts";
import { formatSpan, milliseconds, type Seconds } from "../time.ts";
import { errno } from "../trouble.ts";
import type { Context } from "./contract.ts";

/** Bytes, and inodes: none of these where the file system does not count them. */
export interface Space {
  readonly total: number;
  readonly used: number;
  /** For users other than root. */
  readonly free: number;
  readonly inodes: number;
  readonly spare: number;
}

export interface Asked {
  readonly space?: Space;
  /** Why there is no space known. */
  readonly why?: string;
}

/** How full a file system is. A dead server holds up whoever asks for ever, and with it one of node's few threads, which
 * node waits for when it ends. So what may be far away is asked by a program that can be ended. */
export async function spaceOf(mount: Mount, patience: Seconds, run: Context["run"]): Promise<Asked> {
  const asking = isRemote(mount) ? far(mount.path, patience, run) : near(mount.path);
  // A program that the kernel does not let go of cannot be ended either.
  const limit = milliseconds(patience) + 1500;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Asked>((resolve) => {
    timer = setTimeout(() => resolve({ why: hangs(patience) }), limit);
  });
  try {
    return await Promise.race([asking, late]);
  } finally {
    clearTimeout(timer);
  }
}

const hangs = (patience: Seconds): string => `did not answer within ${formatSpan(patience)}`;

/** node:fs/promises has the same, and takes longer to load than this takes to answer. */
const statfs = promisify(ask);

async function near(path: string): Promise<Asked> {
  try {
    const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
    return { space: space([bsize, blocks, bfree, bavail, files, ffree]) };
  } catch (error) {
    return { why: `cannot be read: ${errno(error)}` };
  }
}

async function far(path: string, patience: Seconds, run: Context["run"]): Promise<Asked> {
  const bounds = { timeout: patience, output: 4096 };
  const { outcome, stdout, stderr } = await run(["stat", "-f", "-c", "%S %b %f %a %c %d", path], bounds);
  if (outcome.kind === "overran") return { why: hangs(patience) };
  if (outcome.kind === "never-started") return { why: `cannot be asked: stat(1): ${outcome.errno}` };
  const numbers = stdout.trim().split(" ").map(Number);
  if (outcome.kind === "exited" && outcome.status === 0 && numbers.length === 6)
    return { space: space(numbers) };
  return { why: `cannot be read: ${stderr.trim().split(": ").at(-1) || `stat(1): ${outcome.kind}`}` };
}

const space = ([
  block = 0,
  all = 0,
  free = 0,
  available = 0,
  inodes = 0,
  spare = 0,
]: readonly number[]): Space => ({
  total: all * block,
  used: (all - free) * block,
  free: available * block,
  inodes,
  spare,
});
