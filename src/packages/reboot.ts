import { existsSync, readdirSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { several } from "../plugin/several.ts";

/** Why the machine is to be rebooted, if it is.
 * @param packages  those that want it, by whoever has updated them */
export function reboot(packages: readonly string[]): string | undefined {
  const named = [...new Set([...packages, ...pending()])];
  if (named.length > 0) return `${several(named)} ${named.length === 1 ? "wants" : "want"} it`;
  if (FLAGS.some((file) => existsSync(file))) return "an update wants it";
  const newer = newerKernel(release());
  return newer === undefined ? undefined : `the kernel ${newer} is installed and does not run yet`;
}

/** What Debian's packages and those of openSUSE leave behind. */
const FLAGS = ["/run/reboot-required", "/run/reboot-needed"];

function pending(): readonly string[] {
  const [flag = ""] = FLAGS;
  const names = `${flag}.pkgs`;
  return existsSync(flag) && existsSync(names)
    ? readFileSync(names, "utf8")
        .split("\n")
        .filter((name) => name !== "")
    : [];
}

/** A kernel of the same flavour ("6.1.0-26-amd64", "6.1.0-28-amd64") that is newer than the one that runs. In a
 * container the running one is not among those installed: then nothing is known. */
function newerKernel(running: string): string | undefined {
  const modules = "/lib/modules";
  if (!existsSync(join(modules, running, "modules.dep"))) return undefined;
  const flavour = (name: string): string => name.replace(/\d+/g, "#").replace(/#([.-]#)*/, "");
  const order = new Intl.Collator("en", { numeric: true });
  return readdirSync(modules)
    .filter((name) => flavour(name) === flavour(running) && existsSync(join(modules, name, "modules.dep")))
    .filter((name) => order.compare(name, running) > 0)
    .sort((one, other) => order.compare(other, one))[0];
}
