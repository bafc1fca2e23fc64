import { existsSync } from "node:fs";
import { type Keeper, pair } from "./keeper.ts";

const SYSTEM = "/run/current-system/sw";
/** The version begins behind the first hyphen that no letter follows. */
const STORED = pair(/^\/nix\/store\/[0-9a-z]{32}-(.+?)-(\d[^/]*)$/);
const BARE = pair(/^(?!\/)(.+?)-(\d\S*)$/);

export const nix: Keeper = {
  name: "nix",
  // NixOS has a system, any other machine what its users have installed.
  list: () => (existsSync(SYSTEM) ? ["nix-store", "-q", "--references", SYSTEM] : ["nix-env", "-q"]),
  read: (line) => STORED(line) ?? BARE(line),
};
