import { join } from "node:path";
import { Asker } from "../history/asker.ts";
import { herd, untold } from "../logic/herd.ts";
import { type Catalog, catalog } from "../logic/relation.ts";

/** What rules may ask of, as the history has it.
 * @param state  its folder
 * @throws Trouble when there is none, or this user may not read it */
export function relationsIn(state: string): Catalog {
  using asker = new Asker(join(state, "history.db"));
  return relationsOf(asker);
}

export const relationsOf = (asker: Asker): Catalog => catalog(herd(asker.relations()));

/** Where the history cannot be read, nobody knows what facts there are: all that has a name may be one. */
export function anything(): Catalog {
  const known = catalog(herd([]));
  return {
    ...known,
    find: (name, arity) =>
      known.find(name, arity) ??
      (known.named(name).length === 0 && arity > 0 ? untold(name, arity) : undefined),
  };
}
