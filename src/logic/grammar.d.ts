import type { Parsed } from "./term.ts";

/** Made from grammar.peggy by grammar.mjs.
 * @throws a SyntaxError of peggy's, with `location` and `message` */
export function parse(text: string): Parsed;
