/** Text from a bark as a person may see it. Whatever a terminal or a mail header would obey (C0 and C1 controls,
 * line separators, marks of direction) is shown as an escape; so is what has no sign of its own and hides in
 * between (blanks of no width, tag characters). Half pairs of UTF-16, which JSON can carry and UTF-8 cannot, are
 * replaced. The joiners U+200C and U+200D stay: scripts and emoji need them.
 * @param keep  controls that may stay, such as "\n\t" in a body */
export function printable(text: string, keep = ""): string {
  return text
    .replace(OBEYED, (sign) => (keep.includes(sign) ? sign : escape(sign)))
    .replace(/\p{Surrogate}/gu, "\ufffd");
}

const OBEYED =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

function escape(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (NAMED[sign] !== undefined) return NAMED[sign];
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, "0");
