import { readdirSync } from "node:fs";

// Where Sheepdog is bundled, build.mjs writes these two with a table of all plugins in place of the folder.

const FOLDER = new URL("../plugins/", import.meta.url);

/** The names of the plugins that Sheepdog brings along: one file each in src/plugins/. */
export const builtins = (): readonly string[] =>
  readdirSync(FOLDER).flatMap((file) => /^([a-z0-9-]+)\.[jt]s$/.exec(file)?.[1] ?? []);

/** The module of one of them. */
export const builtin = (name: string): Promise<unknown> => import(new URL(`${name}.js`, FOLDER).href);
