import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where people's settings and passwords, and what has been barked, are kept: no uninstalling takes that away. */
const KEPT: Readonly<Record<string, RegExp>> = {
  "/etc": /^sheepdog$/,
  "/etc/credstore": /^sheepdog\.[\w-]+$/,
  "/var/cache": /^sheepdog-indicator$/,
  "/var/lib": /^sheepdog(-\w+)?$/,
  "/var/spool": /^sheepdog$/,
};

/** What stays on this machine when the rest was taken away, and the commands for whoever wants that gone, too.
 * @param home  where npm put this package
 * @returns whole lines; "" where nothing stays */
export function remains(home: string): string {
  const files = Object.entries(KEPT).flatMap(([folder, ours]) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => ours.test(name))
      .map((name) => join(folder, name)),
  );
  const lines = [
    ...(files.length === 0 ? [] : [`rm -r ${files.join(" ")}`]),
    ...users(home).map((name) => `userdel ${name}`),
  ];
  if (lines.length === 0) return "";
  return `configuration, passwords, history, spool and users stay, where there are any; to remove these for ever:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** Those of our users that there are; last the one whose group the others are in. */
function users(home: string): readonly string[] {
  if (!existsSync("/etc/passwd")) return [];
  const known = readFileSync("/etc/passwd", "utf8");
  const ours = readFileSync(join(home, "systemd/sysusers.conf"), "utf8").matchAll(/^u +(\S+)/gm);
  return [...ours]
    .map(([, name = ""]) => name)
    .filter((name) => known.split("\n").some((line) => line.startsWith(`${name}:`)))
    .toReversed();
}
