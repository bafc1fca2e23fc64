import { printable } from "../printable.ts";

/** Text from a bark as a terminal may have it: escapes are shown, not obeyed; and what has no sign of its own but
 * would change how its neighbours are read or measured is a replacement mark (half pairs of UTF-16) or an escape.
 * @param keep  controls that may stay, such as "\n\t" in a body */
export const shown = (text: string, keep = ""): string =>
  printable(text.replace(/\p{Surrogate}/gu, "\ufffd").replace(HIDDEN, escape), keep);

// Marks of direction that are younger than the ones printable() knows, blanks of no width, and the tag characters,
// in which a whole sentence can hide. The joiners U+200C and U+200D stay: scripts and emoji need them.
const HIDDEN = /[\u061c\u200b\u2060-\u2064\u206a-\u206f]|[\u{e0000}-\u{e007f}]/gu;

const escape = (sign: string): string => `\\u{${sign.codePointAt(0)?.toString(16)}}`;
