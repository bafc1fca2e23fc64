/** An id, or the beginning of one. Nothing at all would be the beginning of all of them.
 * @throws Error, for whoever typed it */
export function named(id: string): string {
  if (id === "") throw new Error('"" is no id; see `sheepdog list` and `sheepdog dead list`');
  return id;
}

/** What a command that changes something is about: nothing by default, all only when that is said.
 * @throws Error, for whoever typed it */
export function chosen(
  ids: readonly string[] | undefined,
  all: boolean | undefined,
): readonly string[] | "all" {
  const some = ids ?? [];
  if (all === true && some.length > 0) throw new Error("give either ids or --all, not both");
  if (all !== true && some.length === 0)
    throw new Error("nothing is chosen; give ids from `sheepdog dead list`, or --all");
  return all === true ? "all" : some.map(named);
}
