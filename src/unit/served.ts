import { explain } from "../trouble.ts";

/** What whoever handed something in is told. */
export type Served =
  | { readonly done: true; readonly unsettled?: boolean }
  /** Not now: it can be handed in again. */
  | { readonly done: false; readonly why: string };

/** Does what was handed in.
 * @param work  resolves to whether something is to be looked at again, where that is asked
 * @throws what is no Trouble: a bug */
export async function served(work: () => Promise<boolean | void>): Promise<Served> {
  try {
    return { done: true, unsettled: (await work()) === true };
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    return { done: false, why: explain(error) };
  }
}
