import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { printable } from "../printable.ts";
import { errno, Trouble } from "../trouble.ts";
import { type Piece, pieces } from "./piece.ts";
import { say, sayJson } from "./say.ts";

interface Wish {
  readonly dryRun: boolean;
  /** A folder that stands for the root of the machine. */
  readonly prefix: string | undefined;
  readonly uninstall: boolean;
  readonly json: boolean;
}

/** One step of it: a file, or a command line. */
interface Step {
  readonly action: "put" | "keep" | "remove" | "run";
  readonly target: string;
  readonly take: () => void;
}

/** `sheepdog setup`: puts in place what npm does not, or takes it away.
 * @returns the exit code
 * @throws Trouble when it may not or cannot */
export async function setup({ dryRun, prefix = "/", uninstall, json }: Wish): Promise<number> {
  const root = resolve(prefix);
  if (root === "/" && !dryRun && process.getuid?.() !== 0)
    throw new Trouble("only root may put files below /", {
      advice: "run it with sudo, or look first with --dry-run",
      cause: Object.assign(new Error("not root"), { code: "EPERM" }),
    });
  const home = join(dirname(fileURLToPath(import.meta.url)), "..");
  const all = pieces(home);
  const systemd = root === "/" && existsSync("/run/systemd/system");
  const steps = uninstall ? taking(all, root, systemd) : putting(all, root, systemd);
  if (!uninstall) for (const path of [process.execPath, home]) warn(path);
  process.umask(0o022); // what is put in place is for everybody to read
  const taken: { action: Step["action"]; target: string; done: boolean }[] = [];
  for (const { action, target, take } of steps) {
    if (!dryRun) take();
    taken.push({ action, target, done: !dryRun });
    if (!json) await say(`${dryRun ? `would ${action}` : DONE[action]} ${printable(target)}\n`);
  }
  if (json) await sayJson(taken);
  else if (systemd && !uninstall) await say("next: systemctl enable --now sheepdog.target\n");
  return 0;
}

const DONE = { put: "put", keep: "kept", remove: "removed", run: "ran" } as const;

function putting(all: readonly Piece[], root: string, systemd: boolean): readonly Step[] {
  const files = all.map((piece): Step => {
    const target = join(root, piece.to);
    return piece.kept && existsSync(target)
      ? { action: "keep", target, take: () => undefined }
      : { action: "put", target, take: () => put(target, piece.text()) };
  });
  if (!systemd) return files;
  return [
    ...files,
    run("systemd-sysusers", "sheepdog.conf"),
    run("systemd-tmpfiles", "--create", "sheepdog.conf"),
    run("systemctl", "daemon-reload"),
  ];
}

function taking(all: readonly Piece[], root: string, systemd: boolean): readonly Step[] {
  const there = all.filter(({ to }) => existsSync(join(root, to)));
  const files = there.map(({ to, kept }): Step => {
    const target = join(root, to);
    return kept
      ? { action: "keep", target, take: () => undefined }
      : { action: "remove", target, take: () => remove(root, to) };
  });
  const units = there.map(({ to }) => /\/system\/([^/]+)$/.exec(to)?.[1] ?? "").filter((name) => name !== "");
  if (!systemd || units.length === 0) return files;
  return [
    run("systemctl", "disable", ...units),
    run("systemctl", "stop", ...units.map((name) => name.replace("@.", "@*."))),
    ...files,
    run("systemctl", "daemon-reload"),
  ];
}

/** Whole or not at all: systemd may be reading it. */
function put(target: string, text: string): void {
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}`);
  attempt(target, () => {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(draft, text);
    renameSync(draft, target);
  });
}

/** A file, and the folders of our own that it leaves empty. */
function remove(root: string, to: string): void {
  attempt(join(root, to), () => rmSync(join(root, to), { force: true }));
  for (let above = dirname(to); above.includes("sheepdog"); above = dirname(above)) {
    try {
      rmdirSync(join(root, above));
    } catch {
      return; // something is in it still
    }
  }
}

function attempt(target: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new Trouble(`${target}: ${errno(error) ?? String(error)}`, {
      advice: "check who may write there, and the disk",
      cause: error,
    });
  }
}

function run(command: string, ...words: readonly string[]): Step {
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

/** The units are shut in: what they are to run they must be able to see. */
function warn(path: string): void {
  if (/^\/(home|root|tmp|var|srv|mnt|media|run\/user)\//.test(path))
    process.stderr.write(
      `sheepdog: the units cannot see ${printable(path)}: install node and Sheepdog for everybody, such as below /usr/local\n`,
    );
}
