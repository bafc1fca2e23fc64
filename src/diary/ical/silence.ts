import { LIMITS } from "../../bark.ts";
import type { Silence } from "../entry.ts";
import { type Component, type Property } from "./component.ts";
import { Misread } from "./value.ts";

/** The category of events that are a maintenance. */
const CATEGORY = "SHEEPDOG-SILENCE";
const MOST = 100;

/** What is silent while an event lasts; undefined where it is no maintenance. X-SHEEPDOG-HOST and X-SHEEPDOG-TAG say it,
 * or lines `host=web*` and `tag=DISK` of the description, with commas between several. One of the two is enough, and
 * then it is about all of the other; but that all the herd is silent has to be said: `host=*`.
 * @throws Misread when it says neither */
export function silence(
  { properties, line }: Component,
  categories: readonly string[],
  description: string,
): Silence | undefined {
  if (!categories.some((one) => one.trim().toUpperCase() === CATEGORY)) return undefined;
  const [hosts, tags] = [said("host"), said("tag")];
  if (hosts.length + tags.length === 0)
    throw new Misread(
      line,
      `${CATEGORY} of what? Say X-SHEEPDOG-HOST:web* or X-SHEEPDOG-TAG:DISK, or a line host=web* or tag=DISK in the description; host=* is all`,
    );
  if (hosts.length + tags.length > MOST)
    throw new Misread(line, `${CATEGORY} of more than ${MOST} hosts and tags; use patterns such as web*`);
  // What no silence can be asked for would be in the way of all others.
  if (hosts.some(unfit(LIMITS.host)) || tags.some(unfit(LIMITS.tag)))
    throw new Misread(
      line,
      `${CATEGORY} of what no host or tag is called: at most ${LIMITS.host} characters, and ${LIMITS.tag}, in one line without tabs`,
    );
  return { hosts: orAll(hosts), tags: orAll(tags) };

  function said(what: "host" | "tag"): readonly string[] {
    const written = properties
      .filter(({ name }) => name === `x-sheepdog-${what}`)
      .flatMap(({ values }: Property) => values.map((value) => String(value).replaceAll("\\,", ",")));
    const lines = new RegExp(`^[ \\t]*${what}[ \\t]*=(.*)$`, "gim");
    return [...written, ...[...description.matchAll(lines)].map(([, all = ""]) => all)]
      .flatMap((all) => all.split(","))
      .map((one) => one.trim())
      .filter((one) => one !== "");
  }
}

const unfit =
  (most: number) =>
  (pattern: string): boolean =>
    pattern.length > most || /[\p{Cc}\p{Surrogate}]/u.test(pattern);

const orAll = (patterns: readonly string[]): readonly string[] => (patterns.length > 0 ? patterns : ["*"]);
