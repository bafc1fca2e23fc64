import { printable } from "../printable.ts";

/** Shortens by whole code points. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const signs = Array.from(text);
  return signs.length <= length ? text : `${signs.slice(0, length - 1).join("")}…`;
}

/** Text of a bark as a part of one line, of so many characters at most. No more of it is looked at than can be shown:
 * a character is two units of UTF-16 at most, and nothing becomes shorter by being made printable. */
export const line = (text: string, length: number): string =>
  clip(printable(text.trimStart().slice(0, 2 * length + 2)).trim(), length);
