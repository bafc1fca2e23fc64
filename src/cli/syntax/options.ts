/** Options that several commands have. */
export const JSON_OUT = { type: "boolean", describe: "Print JSON, for jq and other programs" } as const;
export const CONFIG = { alias: "c", ...text("Configuration to use instead of the first one found") } as const;

/** An option that needs a value. */
export function text(describe: string): { readonly type: "string"; readonly requiresArg: true; readonly describe: string } {
  return { type: "string", requiresArg: true, describe };
}
