/** How ids are abbreviated: to as many characters as tell them apart here, and not fewer than eight.
 * @returns a function from one of the ids to its short form */
export function shorten(ids: readonly string[]): (id: string) => string {
  const sorted = [...new Set(ids)].sort();
  const lengths = new Map(
    sorted.map((id, at) => [
      id,
      Math.max(LEAST, shared(id, sorted[at - 1]) + 1, shared(id, sorted[at + 1]) + 1),
    ]),
  );
  // One sign more where it would end in a hyphen: that looks like a torn word and is lost when it is copied.
  return (id) =>
    id.slice(0, (lengths.get(id) ?? id.length) + (id[(lengths.get(id) ?? 0) - 1] === "-" ? 1 : 0));
}

const LEAST = 8;

/** How many characters two texts begin with in common. */
function shared(one: string, other = ""): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
