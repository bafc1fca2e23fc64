import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A unit whose commands are started where they are: npm's prefix may be anywhere, and the node that runs this may be
 * on no path that systemd knows.
 * @param node  absolute path
 * @param dist  where the commands are */
export const rewire = (unit: string, node: string, dist: string): string =>
  unit.replace(/^(Exec\w+=[-@:+!]*)\/usr\/bin\/(sheepdog[\w-]*)/gm, (_, key: string, name: string) => {
    const command = join(dist, `${name}.cjs`);
    return `${key}${[node, ...flags(command), command].map(quoted).join(" ")}`;
  });

/** Those of node's own flags that a command asks for in its first line. */
function flags(command: string): readonly string[] {
  const [first = ""] = readFileSync(command, "utf8").split("\n", 1);
  return first.split(" ").filter((word) => word.startsWith("--"));
}

/** A word as systemd.service(5) reads it. */
function quoted(word: string): string {
  const plain = word.replaceAll("%", "%%").replaceAll("$", "$$$$").replaceAll("\\", "\\\\");
  return /[\s'";]/.test(plain) ? `"${plain.replaceAll('"', '\\"')}"` : plain;
}
