import { ask } from "./ask.ts";
import { type Keeper, owned, pair } from "./keeper.ts";
import type { Updater } from "./updater.ts";

export const pacman: Keeper & Updater = {
  name: "pacman",
  list: () => ["pacman", "-Q"],
  read: pair(/^(\S+) (\S+)$/),
  /** "/usr/bin/sshd is owned by openssh 9.9p2-1" */
  async owners(paths, run) {
    const { stdout } = await run(["pacman", "-Qo", "--", ...paths]);
    return owned(stdout, /^(\/.*) is owned by \S+ (\S+)$/gm, paths);
  },
  /** "openssl 3.3.1-1 -> 3.3.2-1"; which of them are for security Arch does not say. */
  async waiting(run) {
    const text = await ask(run, ["checkupdates", "--nocolor"], { fine: [0, 2] });
    if (text === undefined) return undefined;
    const found = [...text.matchAll(/^(\S+) (\S+) -> (\S+)/gm)];
    return {
      updates: found.map(([, name = "", from = "", to = ""]) => ({ name, from, to, security: false })),
      listed: undefined,
    };
  },
};
