/** Text from a bark as a person may see it: whatever a terminal or a mail header would obey (C0 and
 * C1 controls, line and paragraph separators, bidirectional overrides) is shown as an escape instead.
 * @param keep  controls that may stay, such as "\n\t" in a body */
export function printable(text: string, keep = ""): string {
  return text.replace(OBEYED, (sign) => (keep.includes(sign) ? sign : escape(sign)));
}

// eslint-disable-next-line no-control-regex -- controls are what this is about
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u001b": "\\e" };

function escape(sign: string): string {
  const code = sign.charCodeAt(0);
  return NAMED[sign] ?? (code < 256 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, "0");
