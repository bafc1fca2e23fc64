import type { Indicator } from "../config/indicator.ts";
import type { Config } from "../config/schema.ts";
import { Indicator as schema } from "../config/indicator.ts";
import { Trouble } from "../trouble.ts";
import type { Plugin } from "./contract.ts";
import { RESERVED } from "./fault.ts";
import { type Found, find } from "./find.ts";
import { load } from "./load.ts";
import { check } from "./settings.ts";

/** One thing that is watched: a plugin with the settings it is given on this machine. */
export interface Watched {
  readonly name: string;
  readonly found: Found;
  readonly plugin: Plugin;
  /** What is configured for it, or what holds where nothing is. */
  readonly table: Indicator;
  readonly settings: Readonly<Record<string, unknown>>;
}

async function named(
  name: string,
  folders: readonly string[],
): Promise<{ readonly found: Found; readonly plugin: Plugin }> {
  const found = find(name, folders);
  return { found, plugin: await load(found) };
}

/** An indicator by its name: as it is configured, or the plugin of that name with its defaults.
 * @param place  where a key stands, for a person
 * @throws Trouble, kind "configuration", with all that is wrong, one a line */
export async function indicator(
  name: string,
  { indicators, plugins }: Config,
  place: (path: readonly string[]) => string,
): Promise<Watched> {
  const table = Object.hasOwn(indicators, name) ? (indicators[name] as Indicator) : schema.parse({});
  const { found, plugin } = await named(table.use ?? name, plugins).catch((error: unknown) => {
    if (!Object.hasOwn(indicators, name) || !(error instanceof Trouble)) throw error;
    throw new Trouble(`${place(["indicators", name])}: indicators.${name}: ${error.message}`, {
      kind: "configuration",
      advice: error.advice,
      cause: error,
    });
  });
  if (plugin.monitor === undefined)
    throw new Trouble(`the plugin ${plugin.name} reads nothing: it has no monitor`, {
      kind: "configuration",
    });
  const given = Object.fromEntries(
    Object.entries(table).filter(([key]) => !(RESERVED as readonly string[]).includes(key)),
  );
  const checked = check(plugin, given);
  if (checked.ok) return { name, found, plugin, table, settings: checked.settings };
  const lines = checked.wrong.map(({ path, text }) => {
    const whole = ["indicators", name, ...path.map(String)];
    return `${place(whole)}: ${whole.join(".")}: ${text}`;
  });
  throw new Trouble(lines.join("\n"), { kind: "configuration" });
}
