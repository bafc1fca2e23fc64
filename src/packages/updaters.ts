import { Trouble } from "../trouble.ts";
import { apk } from "./apk.ts";
import { apt } from "./apt.ts";
import { dnf } from "./dnf.ts";
import type { Run } from "./keeper.ts";
import { pacman } from "./pacman.ts";
import type { Updater, Waiting } from "./updater.ts";
import { zypper } from "./zypper.ts";

const UPDATERS: readonly Updater[] = [apt, zypper, dnf, pacman, apk];

/** Which updates wait, by the first that is there.
 * @throws Trouble when none is, or it cannot say */
export async function waiting(run: Run, config: string | undefined): Promise<Waiting> {
  for (const updater of UPDATERS) {
    const answer = await updater.waiting(run, config);
    if (answer !== undefined) return answer;
  }
  throw new Trouble("this machine has neither apt, zypper, dnf, checkupdates nor apk", {
    advice: "is it in PATH? else take this indicator away",
  });
}
