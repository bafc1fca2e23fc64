import type * as z from "zod/mini";
import { type About, about } from "./about.ts";

/** One key of the schema, or one table. */
export interface Key {
  readonly path: readonly string[];
  readonly about: About;
  readonly kind: "value" | "table";
  /** It may be left out, and nothing stands in for it. */
  readonly optional: boolean;
  /** As written in a file; undefined where it is optional or differs from machine to machine. */
  readonly fallback: unknown;
}

type Definition = {
  readonly innerType?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly defaultValue?: unknown;
  readonly valueType?: z.core.$ZodType;
};

/** Stands for whatever name somebody gives to a table, as in [indicators.NAME]. */
export const NAMED = "NAME";

/** Every key that a schema knows, tables before what is in them, in the order of the schema. */
export function keysOf(schema: z.core.$ZodType, path: readonly string[] = []): readonly Key[] {
  return Object.entries(shape(schema) ?? {}).flatMap(([name, inner]) => {
    const explained = about.get(inner);
    if (explained === undefined) throw new Error(`the schema does not explain ${name}`);
    const each = named(inner);
    const here = each === undefined ? [...path, name] : [...path, name, NAMED];
    const below = each ?? inner;
    const kind = shape(below) === undefined ? "value" : "table";
    const fallback =
      explained.example === undefined ? (inner._zod.def as Definition).defaultValue : undefined;
    const key: Key = {
      path: here,
      about: explained,
      kind,
      optional: each !== undefined || inner._zod.def.type === "optional",
      fallback,
    };
    return kind === "value" ? [key] : [key, ...keysOf(below, here)];
  });
}

/** The keys of a table, through what makes it optional or gives it a default. */
function shape(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const { shape: keys, innerType } = schema._zod.def as Definition;
  return keys ?? (innerType === undefined ? undefined : shape(innerType));
}

/** Where there is one table a name: what each of them is. */
function named(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const { valueType, innerType } = schema._zod.def as Definition;
  return valueType ?? (innerType === undefined ? undefined : named(innerType));
}
