import type * as z from "zod/mini";
import { type About, about } from "./about.ts";

/** One key of the schema, or one table. */
export interface Key {
  readonly path: readonly string[];
  /** The same with an example in place of `NAME`. */
  readonly example: readonly string[];
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
  /** The kinds of a union. */
  readonly options?: readonly z.core.$ZodType[];
};

/** Stands for whatever name somebody gives to a table, as in [indicators.NAME]. */
export const NAMED = "NAME";

type Place = Pick<Key, "path" | "example">;

/** Every key that a schema knows, tables before what is in them, in the order of the schema. Where tables of any name
 * are of several kinds, each kind is a table of its own. */
export const keysOf = (schema: z.core.$ZodType): readonly Key[] => below(schema, { path: [], example: [] });

const below = (schema: z.core.$ZodType, at: Place): readonly Key[] =>
  Object.entries(shape(schema) ?? {}).flatMap(([name, inner]) => {
    const each = named(inner);
    const kinds = each && (each._zod.def as Definition).options;
    const here = { path: [...at.path, name], example: [...at.example, name] };
    return kinds === undefined ? keyOf(inner, each, here) : kinds.flatMap((kind) => keyOf(kind, kind, here));
  });

/** One key with all below it.
 * @param each  where there is one table a name: what each of them is */
function keyOf(
  inner: z.core.$ZodType,
  each: z.core.$ZodType | undefined,
  { path, example }: Place,
): readonly Key[] {
  const explained = about.get(inner);
  if (explained === undefined) throw new Error(`the schema does not explain ${path.join(".")}`);
  const kind = shape(each ?? inner) === undefined ? "value" : "table";
  const key: Key = {
    path: each === undefined ? path : [...path, NAMED],
    example: each === undefined ? example : [...example, String(explained.example)],
    about: explained,
    kind,
    optional: each !== undefined || inner._zod.def.type === "optional",
    fallback: explained.example === undefined ? (inner._zod.def as Definition).defaultValue : undefined,
  };
  return kind === "value" ? [key] : [key, ...below(each ?? inner, key)];
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
