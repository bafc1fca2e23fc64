import { readFileSync, statSync } from "node:fs";
import { errno, explain } from "../trouble.ts";
import { findConfig } from "./find.ts";
import { type Loaded, loadConfig } from "./load.ts";
import { Config } from "./schema.ts";

/** What somebody goes by who has something to tell that must not be lost. */
export interface Anyhow extends Loaded {
  /** The user's own patterns of what is secret; undefined when there are some that cannot be read. */
  readonly patterns: readonly string[] | undefined;
  /** What is wrong with the configuration, for a person: then the defaults hold. */
  readonly fault?: string;
}

/** The configuration. One that cannot be read costs the settings, not the bark: the defaults know a place for that
 * (the spool) and a name for this machine (its host name).
 * @param given  the file named by the user, if any */
export function loadAnyhow(given: string | undefined): Anyhow {
  try {
    const loaded = loadConfig(given);
    return { ...loaded, patterns: loaded.config.redact };
  } catch (error) {
    const patterns = mentionsPatterns(given) ? undefined : [];
    return {
      config: Config.parse({}),
      file: undefined,
      place: () => "no file",
      patterns,
      fault: explain(error),
    };
  }
}

function mentionsPatterns(given: string | undefined): boolean {
  try {
    const file = findConfig(given);
    return file !== undefined && statSync(file).isFile() && readFileSync(file, "latin1").includes("redact");
  } catch (error) {
    return errno(error) === "EACCES"; // what is not there holds no patterns
  }
}
