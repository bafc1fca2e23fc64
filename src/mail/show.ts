import { printable } from "../printable.ts";

/** Text from a bark as a mail may carry it: printable, and without half pairs of UTF-16, which JSON can
 * carry and UTF-8 cannot.
 * @param keep  controls that may stay, such as "\n\t" in a body */
export const show = (text: string, keep = ""): string => printable(text.replace(/\p{Surrogate}/gu, "\ufffd"), keep);
