import { ask } from "./ask.ts";
import { packagesIn, type Run } from "./keeper.ts";
import { rpm } from "./rpm.ts";
import type { Updater } from "./updater.ts";

export const dnf: Updater = {
  async waiting(run) {
    const text = await ask(run, ["dnf", "-q", "check-update"], { fine: [0, 100] });
    if (text === undefined) return undefined;
    const advised = (await ask(run, ["dnf", "-q", "updateinfo", "list", "--security"])) ?? "";
    // "openssl.x86_64   1:3.2.2-3.fc40   updates"; behind "Obsoleting Packages" are no updates.
    const [listed = ""] = text.split("\nObsoleting");
    const found = [...listed.matchAll(/^(\S+)\.[^.\s]+\s+(\S+)\s+\S+\s*$/gm)];
    const versions = found.length === 0 ? "" : ((await ask(run, rpm.list([]))) ?? "");
    const installed = new Map(packagesIn(versions, rpm));
    const updates = found.map(([, name = "", to = ""]) => ({
      name,
      from: installed.get(name) ?? "unknown",
      to,
      security: advised.includes(` ${name}-${to.replace(/^\d+:/, "")}.`),
    }));
    return { updates, listed: undefined, reboot: await reboot(run) };
  },
};

/** What was updated since the boot and is in use since, by the plugin needs-restarting of dnf(8); nothing where that
 * is not there. Its exit code is 1 where a reboot is needed, and where something is wrong.
 *
 *     Core libraries or services have been updated since boot-up:
 *       * kernel-core */
async function reboot(run: Run): Promise<readonly string[]> {
  const { stdout } = await run(["dnf", "-q", "needs-restarting", "-r"]);
  return [...stdout.matchAll(/^ {2}\* (\S+)$/gm)].map(([, name = ""]) => name);
}
