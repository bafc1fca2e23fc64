import { existsSync, readFileSync } from "node:fs";

/** What people have written, and what has been barked: no uninstalling takes that away. */
const KEPT = [
  "/etc/sheepdog",
  "/etc/credstore/sheepdog.smtp",
  "/etc/credstore/sheepdog.redis",
  "/var/lib/sheepdog",
  "/var/lib/sheepdog-root",
  "/var/lib/sheepdog-mailer",
  "/var/spool/sheepdog",
];
/** The mailer is in the other one's group, so it goes first. */
const USERS = ["sheepdog-mailer", "sheepdog"];

/** What stays on this machine when the rest was taken away, and the commands for whoever wants that gone, too.
 * @returns whole lines; "" where nothing stays */
export function remains(): string {
  const files = KEPT.filter((path) => existsSync(path));
  const passwd = existsSync("/etc/passwd") ? readFileSync("/etc/passwd", "utf8") : "";
  const users = USERS.filter((name) => new RegExp(`^${name}:`, "m").test(passwd));
  const lines = [
    ...(files.length === 0 ? [] : [`rm -r ${files.join(" ")}`]),
    ...users.map((name) => `userdel ${name}`),
  ];
  if (lines.length === 0) return "";
  return `configuration, passwords, history, spool and users stay, where there are any; to remove these for ever:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
