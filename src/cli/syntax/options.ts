/** What yargs hands to `coerce`: undefined when the option is not there, all of them when it is there twice. */
export type Given = string | readonly string[] | undefined;

/** The last one wins, as everywhere. (yargs can do so itself, but then of several ids it keeps the last too.) */
export const last = (given: Given): string | undefined => (typeof given === "object" ? given.at(-1) : given);

/** An option that needs a value. */
export const text = (describe: string) =>
  ({ type: "string", requiresArg: true, describe, coerce: last }) as const;

/** Options that several commands have. */
export const JSON_OUT = { type: "boolean", describe: "Print JSON, for jq and other programs" } as const;
export const CONFIG = { alias: "c", ...text("Configuration to use instead of the first one found") } as const;
