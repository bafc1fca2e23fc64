/** The settings of a plugin: each is one call that says what holds when it is left out, and what it is for. */
import * as z from "zod/mini";
import { key } from "../config/about.ts";
import { list as listOf, maybeSpan as maybeSpanOf, span as spanOf, text as textOf } from "../config/kind.ts";
import { parseSize } from "../size.ts";

interface Range {
  readonly min?: number;
  readonly max?: number;
}

const ranged = ({ min = -Infinity, max = Infinity }: Range) => z.number().check(z.gte(min), z.lte(max));

/** A number: `limit = 8`. */
export const number = (fallback: number, about: string, range: Range = {}) =>
  key(z._default(ranged(range), fallback), about);

/** A number that may be left out. */
export const maybeNumber = (example: number, about: string, range: Range = {}) =>
  key(z.optional(ranged(range)), about, { example });

/** One line of text: `path = "/srv"`. */
export const text = (fallback: string, about: string) => key(z._default(textOf, fallback), about);

/** One line of text that may be left out. */
export const maybeText = (example: string, about: string) => key(z.optional(textOf), about, { example });

/** One line of text without which the plugin cannot work. */
export const needed = (example: string, about: string) =>
  key(z.string({ error: `is needed; for example ${JSON.stringify(example)}` }).check(z.minLength(1)), about, {
    example,
  });

/** A list of texts: `mounts = ["/", "/srv"]`; a list of one may be written without brackets. */
export const list = (fallback: readonly string[], about: string) =>
  key(z._default(listOf(textOf, "a list of texts is needed"), [...fallback]), about);

const COMMAND = "a list is needed that begins with the absolute path of a program";
/** A program and its arguments, without which the plugin cannot work. */
export const command = (example: readonly string[], about: string) =>
  key(
    z
      .array(z.string({ error: COMMAND }), { error: COMMAND })
      .check(z.refine(([program]) => program?.startsWith("/") === true, { error: COMMAND })),
    about,
    { example },
  );

/** true or false. */
export const flag = (fallback: boolean, about: string) => key(z._default(z.boolean(), fallback), about);

/** One word of several. */
export const choice = <const Word extends string>(words: readonly Word[], fallback: Word, about: string) =>
  key(z._default(z.enum(words as [Word, ...Word[]]), fallback as never), about) as z.ZodMiniType<Word>;

/** A span: `older = "26h"`. Handed over in seconds. */
export const span = (fallback: string, about: string) =>
  key(spanOf(fallback, { longest: "10000d" }), about, { unit: "span" });

/** A span that may be left out. */
export const maybeSpan = (example: string, about: string) =>
  key(maybeSpanOf({ longest: "10000d" }), about, { example, unit: "span" });

const PERCENT = 'a percentage such as "80%" is needed';
/** A percentage, `warn = "80%"` or `warn = 80`. Handed over as a number, 80. */
export const percent = (fallback: string, about: string) =>
  key(
    z.prefault(
      z.pipe(
        z.union([z.string(), z.number()], { error: PERCENT }),
        z.pipe(z.transform(readPercent), z.number({ error: PERCENT }).check(z.gte(0), z.lte(100))),
      ),
      fallback,
    ),
    about,
  );

function readPercent(given: string | number): number {
  const [, digits] = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(String(given)) ?? [];
  return digits === undefined ? Number.NaN : Number(digits);
}

const SIZE = 'a size such as "500MiB" or "10GiB" is needed';
const bytes = z.pipe(
  z.union([z.string(), z.number()], { error: SIZE }),
  z.pipe(
    z.transform((given: string | number) => parseSize(String(given)) ?? Number.NaN),
    z.number({ error: SIZE }),
  ),
);

/** A size: `free = "10GiB"`. Handed over in bytes. */
export const size = (fallback: string, about: string) => key(z.prefault(bytes, fallback), about);

/** A size that may be left out. */
export const maybeSize = (example: string, about: string) => key(z.optional(bytes), about, { example });
