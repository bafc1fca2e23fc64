import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errno, Trouble } from "../trouble.ts";
import type { Piece } from "./piece.ts";

/** One step of putting in place or taking away: a file, or a command line. */
export interface Step {
  readonly action: "put" | "keep" | "remove" | "run";
  readonly target: string;
  /** @throws Trouble when it may not or cannot be done */
  readonly take: () => void;
}

/** Whole or not at all: systemd may be reading it.
 * @param root  the root of the machine, or what stands for it */
export function put(root: string, piece: Piece): Step {
  const target = join(root, piece.to);
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}`);
  const write = (): void => {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(draft, piece.text(), { mode: piece.program === true ? 0o755 : 0o644 });
    renameSync(draft, target);
  };
  return { action: "put", target, take: () => attempt(target, write) };
}

export const keep = (root: string, to: string): Step => ({
  action: "keep",
  target: join(root, to),
  take: () => undefined,
});

/** A file, and the folders of our own that it leaves empty. */
export function remove(root: string, to: string): Step {
  const target = join(root, to);
  return {
    action: "remove",
    target,
    take: () => {
      attempt(target, () => rmSync(target, { force: true }));
      for (let above = dirname(to); above.includes("sheepdog"); above = dirname(above)) {
        try {
          rmdirSync(join(root, above));
        } catch {
          return; // something is in it still
        }
      }
    },
  };
}

export function run(command: string, ...words: readonly string[]): Step {
  const target = [command, ...words].join(" ");
  const take = (): void => {
    const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
    if (status !== 0)
      throw new Trouble(`${target}: ${error?.message ?? stderr.trim()}`, {
        advice: "mend what it says and run setup again",
      });
  };
  return { action: "run", target, take };
}

function attempt(target: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if ((error as Error).name === "Trouble") throw error;
    throw new Trouble(`${target}: ${errno(error) ?? String(error)}`, {
      advice: "check who may write there, and the disk",
      cause: error,
    });
  }
}
