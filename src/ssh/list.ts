import { statSync } from "node:fs";
import { untrusted } from "../trusted.ts";

/** Why a list of operators is not used, with the cure; undefined where it is.
 * @throws the system's error, such as ENOENT */
export function unreliable(list: string): string | undefined {
  const stats = statSync(list);
  return stats.isFile() ? untrusted(list) : "it is no file; name one";
}
