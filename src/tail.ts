/** The end of a text, within a number of UTF-8 bytes, from the start of a line where that costs
 * at most a quarter of it.
 * @returns the end, and how many bytes were left out before it */
export function tail(text: string, limit: number): { readonly text: string; readonly left: number } {
  const size = Buffer.byteLength(text);
  if (size <= limit) return { text, left: 0 };
  const bytes = Buffer.from(text);
  let from = size - limit;
  // Not in the middle of a character: a byte 10xxxxxx continues one.
  while (from < size && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  const line = bytes.indexOf(10, from - 1) + 1;
  if (line > 0 && line < size && line - from <= limit / 4) from = line;
  return { text: bytes.toString("utf8", from), left: from };
}
