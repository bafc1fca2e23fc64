import { type Loaded, loadConfig } from "../config/load.ts";
import { shown } from "../config/shown.ts";
import { writeToml } from "../config/toml.ts";
import { SYSEXITS } from "../sysexits.ts";
import { explain, Trouble } from "../trouble.ts";

/** `sheepdog config check`: says whether the configuration is right, or all that is wrong with it.
 * @returns the exit code: 0, or 78 when something is wrong */
export function configCheck(given: string | undefined): number {
  const loaded = load(given);
  if (loaded === undefined) return SYSEXITS.config[0];
  process.stdout.write(`${loaded.file ?? "no configuration file, the defaults hold"}: ok\n`);
  return 0;
}

/** `sheepdog config show`: what holds, defaults included and secrets masked, in a form that can be loaded again.
 * @returns the exit code: 0, or 78 when the configuration is wrong */
export function configShow(given: string | undefined, how: { readonly json: boolean }): number {
  const loaded = load(given);
  if (loaded === undefined) return SYSEXITS.config[0];
  const effective = shown(loaded.config);
  // JSON has no comments: there the file is not said.
  const toml = `# from ${loaded.file ?? "the defaults: there is no configuration file"}\n${writeToml(effective)}`;
  process.stdout.write(how.json ? `${JSON.stringify(effective, undefined, 2)}\n` : toml);
  return 0;
}

function load(given: string | undefined): Loaded | undefined {
  try {
    return loadConfig(given);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    process.stderr.write(`${explain(error)}\n`);
    return undefined;
  }
}
