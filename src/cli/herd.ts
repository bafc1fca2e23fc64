import { stateDirectory } from "../directories.ts";
import type { Catalog } from "../logic/relation.ts";
import { anything, relationsIn } from "../rules/relations.ts";
import { explain } from "../trouble.ts";

/** What rules may ask of, on this machine.
 * @returns why it is not known what facts there are, where the history cannot be read: then all may be one */
export function relations(): { readonly catalog: Catalog; readonly why: string | undefined } {
  try {
    return { catalog: relationsIn(stateDirectory("reader")), why: undefined };
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    return { catalog: anything(), why: explain(error) };
  }
}
