import { existsSync } from "node:fs";
import { join } from "node:path";
import { home } from "../directories.ts";
import { Trouble } from "../trouble.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a configuration is looked for, in this order, when none is named. The sample file tells it too. */
export const PLACES: readonly string[] = [
  "~/.config/sheepdog/sheepdog.toml",
  "~/.config/sheepdog/sheepdog.json",
  "~/.config/sheepdog/sheepdog.scm",
  "~/.config/sheepdog/sheepdog.conf",
  "~/.sheepdog.conf",
  "/etc/sheepdog/sheepdog.toml",
  "/etc/sheepdog/sheepdog.json",
  "/etc/sheepdog/sheepdog.scm",
];

/** Which file configures us: the one given, else $SHEEPDOG_CONFIG, else the first of PLACES that is there.
 * ($XDG_CONFIG_HOME stands for ~/.config where it is set.)
 * @returns undefined when there is none: the defaults hold
 * @throws Trouble when a file that was named is not there */
export function findConfig(
  given: string | undefined,
  environment: Environment = process.env,
): string | undefined {
  if (given !== undefined) return named(given, "--config");
  const asked = environment["SHEEPDOG_CONFIG"];
  if (asked) return named(asked, "$SHEEPDOG_CONFIG");
  return PLACES.map((place) => expand(place, environment)).find((place) => existsSync(place));
}

function named(file: string, by: string): string {
  if (file !== "" && existsSync(file)) return file;
  throw new Trouble(
    `there is no configuration ${file === "" ? "with an empty name" : file} (named by ${by})`,
    {
      kind: "configuration",
      advice: `correct ${by}, or leave it out to use ${PLACES[0]} or /etc/sheepdog/sheepdog.toml`,
    },
  );
}

function expand(place: string, environment: Environment): string {
  const base = environment["HOME"] || home();
  const settings = environment["XDG_CONFIG_HOME"];
  // The XDG specification: a relative path there is to be ignored.
  if (settings?.startsWith("/"))
    place = place.replace(/^~\/\.config\//, `${settings.replaceAll("$", "$$$$")}/`);
  return place.startsWith("~/") ? join(base, place.slice(2)) : place;
}
