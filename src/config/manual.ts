import { PLACES } from "./find.ts";
import { Config } from "./schema.ts";
import { type Key, keysOf } from "./shape.ts";

/** What stands in sheepdog.toml(5): a heading or a key with its explanation. */
export interface Item {
  readonly kind: "table" | "value";
  /** "mail.uri" */
  readonly name: string;
  readonly text: string;
  /** What holds when it is left out, or what a value looks like. */
  readonly value: string;
}

/** Every key of the configuration, in the order of the schema. */
export const manual = (): readonly Item[] =>
  keysOf(Config).map((key: Key) => ({
    kind: key.kind,
    name: key.path.join("."),
    text: `${key.about.text}.`,
    value:
      key.kind === "table"
        ? ""
        : key.about.example === undefined
          ? `Default: ${JSON.stringify(key.fallback)}`
          : `For example: ${JSON.stringify(key.about.example)}`,
  }));

/** Where a configuration is looked for. */
export const places: readonly string[] = PLACES;
