/** Names that a line has room for. */
const NAMED = 5;

/** Names for a summary: "a, b and c", "a, b, c, d, e and 7 more". */
export function several(names: readonly string[]): string {
  const shown = names.slice(0, NAMED);
  const more = names.length - shown.length;
  const last = more > 0 ? `${more} more` : shown.pop();
  return shown.length === 0 ? (last ?? "") : `${shown.join(", ")} and ${last}`;
}
