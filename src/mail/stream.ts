import type { Run } from "../bark.ts";
import { printable } from "../printable.ts";
import { tail } from "../tail.ts";

/** What a job has said, by where it said it. */
export const streams = ({
  journal,
  stderr,
  stdout,
}: Run): readonly (readonly [name: string, text: string])[] =>
  journal === undefined
    ? [
        ["stderr", stderr],
        ["stdout", stdout],
      ]
    : [["journal", journal]];

/** The end of what was said, between two lines that name it.
 * @param limit  UTF-8 bytes */
export function stream(name: string, text: string, limit: number): readonly string[] {
  if (text.trim() === "") return [`--- ${name}: nothing ---`];
  const end = tail(text, limit);
  const left = end.left === 0 ? "" : `, the last part; ${end.left} bytes before it are left out here`;
  return [
    `--- ${name}${left} ---`,
    printable(end.text.replace(/\r\n/g, "\n").replace(/\n+$/, ""), "\n\t"),
    `--- end of ${name} ---`,
  ];
}
