import { join } from "node:path";
import { ask } from "./ask.ts";
import { newest } from "./newest.ts";
import type { Updater } from "./updater.ts";

export const apt: Updater = {
  /** A simulation: apt takes no lock for it, and whoever is not root may ask. */
  async waiting(run, config) {
    const environment: Readonly<Record<string, string>> = config === undefined ? {} : { APT_CONFIG: config };
    const options = ["-o", "Debug::NoLocking=true", "-o", "APT::Get::Show-User-Simulation-Note=false"];
    const text = await ask(run, ["apt-get", "-q", "-s", ...options, "dist-upgrade"], { environment });
    if (text === undefined) return undefined;
    // Inst libssl3 [3.0.14-1] (3.0.15-1 Debian-Security:12/stable-security [amd64])
    const line = /^Inst (\S+) \[(\S+)\] \((\S+) (.*?) \[\S+\]\)/gm;
    const updates = [...text.matchAll(line)].map(([, name = "", from = "", to = "", origins = ""]) => ({
      name: name.replace(/:.*/, ""),
      from,
      to,
      security: /security/i.test(origins),
    }));
    const place = await ask(run, ["apt-config", "shell", "LISTS", "Dir::State::Lists/d"], { environment });
    const lists = /^LISTS='(.*)'$/m.exec(place ?? "")?.[1];
    const looked = ["/var/lib/apt/periodic/update-success-stamp"];
    // The folder that lists are fetched into is touched by every look, its files have the time of the server.
    const paths = [
      ...(lists === undefined ? [] : [lists, join(lists, "partial")]),
      ...(config === undefined ? looked : []),
    ];
    return { updates, listed: newest(paths) };
  },
};
