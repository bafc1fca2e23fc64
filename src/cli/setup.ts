import { existsSync, lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { printable } from "../printable.ts";
import { Trouble } from "../trouble.ts";
import { listed, manifest } from "./manifest.ts";
import { type Piece, pieces } from "./piece.ts";
import { remains } from "./remains.ts";
import { say, sayJson } from "./say.ts";
import { keep, put, remove, run, type Step } from "./step.ts";

interface Wish {
  readonly dryRun: boolean;
  /** A folder that stands for the root of the machine. */
  readonly prefix: string | undefined;
  readonly uninstall: boolean;
  readonly json: boolean;
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
  const steps = uninstall ? taking(all, { root, systemd }) : putting(all, { root, systemd });
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
  else if (root === "/" && uninstall) await say(remains(home));
  return 0;
}

/** What it is put into. */
interface Place {
  /** The root of the machine, or a folder that stands for it. */
  readonly root: string;
  /** Whether systemd runs there and is told. */
  readonly systemd: boolean;
}

const DONE = { put: "put", keep: "kept", remove: "removed", run: "ran" } as const;

function putting(all: readonly Piece[], { root, systemd }: Place): readonly Step[] {
  const now = new Set(all.map(({ to }) => to));
  const gone = listed(root).filter((to) => !now.has(to));
  const files = [manifest(all), ...all].map((piece) =>
    piece.kept && existsSync(join(root, piece.to)) ? keep(root, piece.to) : put(root, piece),
  );
  const steps = [...stopping(gone, systemd), ...gone.map((to) => remove(root, to)), ...files];
  if (!systemd) return steps;
  return [
    ...steps,
    run("systemd-sysusers", "sheepdog.conf"),
    // What root's jobs barked before there was a user to handle it. From now on the spool is that user's.
    ...(isRoots(SPOOL) ? [run("chgrp", "-R", "sheepdog", SPOOL)] : []),
    run("systemd-tmpfiles", "--create", "sheepdog.conf"),
    run("systemctl", "daemon-reload"),
  ];
}

const SPOOL = "/var/spool/sheepdog";

const isRoots = (folder: string): boolean => lstatSync(folder, { throwIfNoEntry: false })?.uid === 0;

function taking(all: readonly Piece[], { root, systemd }: Place): readonly Step[] {
  const there = all.filter(({ to }) => existsSync(join(root, to)));
  const kept = there.filter((piece) => piece.kept).map(({ to }) => to);
  const ours = there.filter((piece) => !piece.kept).map(({ to }) => to);
  const list = manifest(all).to;
  // The list goes last: who is interrupted begins again.
  const gone = [...new Set([...ours, ...listed(root)])].filter((to) => to !== list);
  const stop = stopping(gone, systemd);
  return [
    ...stop,
    ...kept.map((to) => keep(root, to)),
    ...[...gone, ...(existsSync(join(root, list)) ? [list] : [])].map((to) => remove(root, to)),
    ...(stop.length === 0 ? [] : [run("systemctl", "daemon-reload")]),
  ];
}

/** The units among what is to be removed must not run any more. */
function stopping(gone: readonly string[], systemd: boolean): readonly Step[] {
  const units = gone.map((to) => /\/system\/([^/]+)$/.exec(to)?.[1] ?? "").filter((name) => name !== "");
  if (!systemd || units.length === 0) return [];
  return [
    run("systemctl", "disable", ...units),
    run("systemctl", "stop", ...units.map((name) => name.replace("@.", "@*."))),
  ];
}

/** The units are shut in: what they are to run they must be able to see. */
function warn(path: string): void {
  if (/^\/(home|root|tmp|var|srv|mnt|media|run\/user)\//.test(path))
    process.stderr.write(
      `sheepdog: the units cannot see ${printable(path)}: install node and Sheepdog for everybody, such as below /usr/local\n`,
    );
}
