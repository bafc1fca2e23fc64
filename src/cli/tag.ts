import { key } from "./barked.ts";

const LONGEST = 64;

/** What a job without --tag is called: its command, readable and short, and still another one for another
 * command. Give it a command in which secrets are masked. */
export function shortForm(command: string): string {
  const line = command.replace(/\s+/g, " ").trim();
  const plain = line.replace(/^\S*\/(?=[^/\s])/, ""); // "/usr/bin/borg create" is "borg create" to its owner
  if (plain.length <= LONGEST) return plain;
  return `${plain.slice(0, LONGEST - 8).trimEnd()}… ${key(line).slice(0, 6)}`;
}
