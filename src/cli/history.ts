import { join } from "node:path";
import { stateDirectory } from "../directories.ts";
import { Reader } from "../history/reader.ts";

/** Asks the history of this machine, and lets go of it again.
 * @throws Trouble when there is none, or this user may not read it */
export function history<Answer>(ask: (reader: Reader) => Answer): Answer {
  const reader = new Reader(join(stateDirectory("reader"), "history.db"));
  try {
    return ask(reader);
  } finally {
    reader.close();
  }
}
