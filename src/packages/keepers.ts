import { apk } from "./apk.ts";
import { dpkg } from "./dpkg.ts";
import { guix } from "./guix.ts";
import type { Keeper, Owners, Run } from "./keeper.ts";
import { nix } from "./nix.ts";
import { pacman } from "./pacman.ts";
import { rpm } from "./rpm.ts";
import { inStore, storedVersion } from "./store.ts";

/** Every one there is: a machine may have several. */
export const KEEPERS: readonly Keeper[] = [dpkg, rpm, pacman, apk, nix, guix];

/** The versions of the packages that files are of. The keepers are asked in turn, for what none before knew. */
export async function ownersOf(paths: readonly string[], run: Run): Promise<Owners> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const version = storedVersion(path);
    if (version !== undefined) found.set(path, version);
  }
  for (const { owners } of KEEPERS) {
    const open = paths.filter((path) => !found.has(path) && !inStore(path));
    if (open.length === 0) break;
    for (const [path, version] of (await owners?.(open, run)) ?? []) found.set(path, version);
  }
  return found;
}
