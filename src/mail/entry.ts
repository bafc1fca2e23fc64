import { printable } from "../printable.ts";

/** How bad a line in the journal is: the priorities of sd-daemon(3). */
export type Priority = 3 | 4 | 6;

/** One line for the log, `mail to=a@x.org subject="…" outcome=accepted`, with the prefix that journald
 * understands where it listens.
 * @param what  its first word */
export function entry(
  priority: Priority,
  fields: Readonly<Record<string, string | undefined>>,
  what = "mail",
): string {
  const pairs = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const prefix = process.env["JOURNAL_STREAM"] === undefined ? "" : `<${priority}>`;
  return `${prefix}${what} ${pairs.map(([key, value]) => `${key}=${quote(printable(value))}`).join(" ")}\n`;
}

const quote = (text: string): string =>
  /^[^\s"=\\]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
