import { join } from "node:path";
import { stateDirectory } from "../directories.ts";
import { Asker } from "../history/asker.ts";
import { herd } from "../logic/herd.ts";
import { atom, term, told } from "../logic/prolog.ts";
import { say } from "./say.ts";

/** Characters that are written at once. */
const CHUNK = 1 << 16;

/** `sheepdog export --prolog`: what `sheepdog ask` knows, as Prolog's text. @returns the exit code: 0 */
export async function exported(): Promise<number> {
  using asker = new Asker(join(stateDirectory("reader"), "history.db"));
  let text = ":- encoding(utf8).\n";
  for (const { name, arity, sql } of herd(asker.relations()).flatMap(told)) {
    text += `:- dynamic(${atom(name)}/${arity}).\n`;
    for (const row of asker.each(sql)) {
      text += row.length === 0 ? `${atom(name)}.\n` : `${atom(name)}(${row.map(term).join(", ")}).\n`;
      if (text.length < CHUNK) continue;
      await say(text);
      text = "";
    }
  }
  await say(text);
  return 0;
}
