import { ask } from "./ask.ts";
import { type Keeper, owned, pair } from "./keeper.ts";
import { newest } from "./newest.ts";
import type { Updater } from "./updater.ts";

export const apk: Keeper & Updater = {
  name: "apk",
  list: () => ["apk", "info", "-v"],
  read: pair(/^(\S+?)-(\d[^-\s]*-r\d+)$/),
  /** "/usr/sbin/sshd is owned by openssh-server-9.9_p2-r0" */
  async owners(paths, run) {
    const { stdout } = await run(["apk", "info", "-W", ...paths]);
    return owned(stdout, /^(\/.*?)(?: symlink target)? is owned by \S+?-(\d[^-\s]*-r\d+)$/gm, paths);
  },
  /** "musl-1.2.5-r0   < 1.2.5-r1" */
  async waiting(run) {
    const text = await ask(run, ["apk", "version", "-l", "<"]);
    if (text === undefined) return undefined;
    const found = [...text.matchAll(/^(\S+?)-(\d[^-\s]*-r\d+)\s+<\s+(\S+)/gm)];
    return {
      updates: found.map(([, name = "", from = "", to = ""]) => ({ name, from, to, security: false })),
      listed: newest(["/var/cache/apk", "/lib/apk/db"]),
    };
  },
};
