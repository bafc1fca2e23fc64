import { explain, Trouble } from "../trouble.ts";
import { builtin } from "./builtin.ts";
import type { Plugin } from "./contract.ts";
import { fault } from "./fault.ts";
import type { Found } from "./find.ts";

/** Loads a plugin, and holds it against the contract.
 * @throws Trouble when it does not load or does not keep the contract: never with a stack, whoever made it */
export async function load(found: Found): Promise<Plugin> {
  const value = await open(found);
  const wrong = fault(value, found.name);
  if (wrong === undefined) return value as Plugin;
  throw new Trouble(`the plugin ${placeOf(found)} cannot be used: ${wrong}`, {
    kind: "configuration",
    advice: "see HACKING.md, and try it with `sheepdog plugin test`",
  });
}

export const placeOf = (found: Found): string => (found.kind === "builtin" ? found.name : found.file);

async function open(found: Found): Promise<unknown> {
  if (found.kind === "builtin") return ((await builtin(found.name)) as { default: unknown }).default;
  if (found.kind === "executable") return (await import("./executable.ts")).executable(found);
  try {
    const [{ loadForeign }, door] = await Promise.all([import("./foreign.ts"), import("./public.ts")]);
    return loadForeign(found.file, door);
  } catch (error) {
    if ((error as Error).name === "Trouble") throw error;
    throw new Trouble(`the plugin ${found.file} cannot be loaded: ${explain(error)}`, {
      kind: "configuration",
      advice: "mend it, and try it with `sheepdog plugin test`",
      cause: error,
    });
  }
}
