/** What a text weighs in a mail, in bytes: quoted-printable (RFC 2045, 6.7) makes three of one that is not plain ASCII.
 * Breaks of long lines add a fortieth. */
export function weight(text: string): number {
  let sum = 1; // the end of the line
  for (const byte of Buffer.from(text)) sum += byte < 0x7f && byte !== EQUALS ? 1 : 3;
  return sum;
}
const EQUALS = 0x3d;

/** As much as there is room for, from the beginning; where something is left out that is said at the end.
 * @param room  by weight */
export function within(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const over = lines.findIndex((line) => (left -= weight(line)) < 0);
  return over === -1
    ? lines
    : [...lines.slice(0, over), "", "What else there is has no room in a mail: see `sheepdog status`."];
}
