/** What whoever handed something in is told. */
export type Served =
  | { readonly done: true; readonly unsettled?: boolean }
  /** Not now: it can be handed in again. */
  | { readonly done: false; readonly why: string };
