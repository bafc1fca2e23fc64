// The small form of zod: the whole loader is a quarter of the size, and a failing job waits for it to load
// (bundled and minified: "zod" 443 kB and 50 ms, its namespace import 83 kB and 15 ms, this 13 kB and 5 ms).
import * as z from "zod/mini";

/** What a person is told about a key. `sample.ts`, `config show` and `plugin list` read it. */
export interface About {
  readonly text: string;
  /** For a key without a fixed default: what a value looks like. Of tables that may have any name: such a name. */
  readonly example?: string | number | boolean | readonly string[];
  /** The value, or the password in it or all behind the host where it is a URL, is never shown. */
  readonly secret?: "all" | "password" | "path";
  /** Written as text, kept as a number of seconds. */
  readonly unit?: "span";
}

/** One for the whole process: every bundle carries its own copy of this module, and a plugin is a bundle of its own. */
const REGISTRY = Symbol.for("sheepdog.about");
const shared = globalThis as { [REGISTRY]?: ReturnType<typeof z.registry<About>> };
export const about = (shared[REGISTRY] ??= z.registry<About>());

/** Explains a key. Every key has its own schema object, for the explanation is kept by object. */
export function key<Schema extends z.core.$ZodType>(
  schema: Schema,
  text: string,
  more: Omit<About, "text"> = {},
): Schema {
  about.add(schema, { text, ...more });
  return schema;
}
