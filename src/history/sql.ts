import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The text of one of the `.sql` files beside this one. Found by the package's `imports`, so that compiled,
 * bundled and installed code all read the same file.
 * @param name  without the ending: "0001", "list" */
export function sql(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`#sql/${name}.sql`), "utf8");
}
