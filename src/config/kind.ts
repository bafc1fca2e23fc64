import * as z from "zod/mini";
import { isAddress } from "../address.ts";
import { parseSpan, type Seconds } from "../time.ts";

/** One line of text. */
export const text = z.string().check(
  z.minLength(1),
  z.refine((given) => !/[\u0000-\u001f\u007f]/.test(given), { error: "must not hold control characters" }),
);
/** The path of a file. */
export const file = z
  .string()
  .check(z.regex(/^\/[^\0]*$/, { error: "an absolute path is needed, one that starts with /" }));

interface Limits {
  /** What still leaves time to do something in it. */
  readonly shortest?: string;
  /** What timers and people can still do something with. */
  readonly longest: string;
}

/** A span as it is written, read into seconds. */
function written({ shortest = "0s", longest }: Limits) {
  const [least, most] = [parseSpan(shortest) ?? 0, parseSpan(longest) ?? Infinity];
  const error = `a span such as "30s", "2h" or "1d" is needed, ${shortest === "0s" ? "" : `at least "${shortest}" and `}at most "${longest}"`;
  const fits = (given: string): boolean => {
    const value = given.length <= 32 ? parseSpan(given) : undefined;
    return value !== undefined && value >= least && value <= most;
  };
  return z.pipe(
    z.string({ error }).check(z.refine(fits, { error })),
    z.transform((given) => parseSpan(given) as Seconds),
  );
}

export const span = (fallback: string, limits: Limits) => z.prefault(written(limits), fallback);
export const maybeSpan = (limits: Limits) => z.optional(written(limits));

/** A list of one may be written without brackets: Scheme has no other way to tell `(key "one")`. */
export const list = (element: z.ZodMiniType<string, string>, error: string) =>
  z.pipe(
    z.union([z.string(), z.array(z.string())], { error }),
    z.pipe(
      z.transform((given: string | string[]) => (typeof given === "string" ? [given] : given)),
      z.array(element),
    ),
  );

const ADDRESS =
  "an address such as ops@example.org is needed, or several; no quotes, no ! or %, and a name in place of [10.0.0.1]";
/** One address, or several with blanks or commas between, or a list. */
export const addresses = z.pipe(
  z.union([z.string(), z.array(z.string())], { error: ADDRESS }),
  z
    .pipe(
      z.transform((given: string | string[]) =>
        (typeof given === "string" ? given.split(/[\s,]+/) : given).filter((one) => one !== ""),
      ),
      z.array(z.string()),
    )
    .check(z.refine((all) => all.every(isAddress), { error: ADDRESS })),
);
