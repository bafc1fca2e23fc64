import { nameOf } from "../author.ts";
import { type Epoch, epoch } from "../time.ts";
import { ask } from "./ask.ts";

/** Whose units are meant: the machine's, or those of the user who asks. */
export type Scope = "system" | "user";

/** Properties of a unit, by name; what systemd gives several of has one line each. */
export type Properties = Readonly<Record<string, readonly string[]>>;

/** What `systemctl show` says of a unit. Empty where there is no systemd. */
export async function properties(
  unit: string,
  names: readonly string[],
  scope: Scope = "system",
): Promise<Properties> {
  const words = [
    `--${scope}`,
    "show",
    "--timestamp=us+utc",
    ...names.map((name) => `--property=${name}`),
    "--",
    unit,
  ];
  const all: Record<string, string[]> = {};
  for (const line of ((await ask("systemctl", words)) ?? "").split("\n")) {
    const equals = line.indexOf("=");
    if (equals > 0) (all[line.slice(0, equals)] ??= []).push(line.slice(equals + 1));
  }
  return all;
}

/** Who a unit runs as. */
export const userOf = async (unit: string): Promise<string> =>
  userNamed((await properties(unit, ["User"]))["User"]?.[0]);

/** The same by its property `User`, which may be a number: root where it does not say. */
export const userNamed = (user: string | undefined): string =>
  user === undefined || user === "" ? "root" : /^\d+$/.test(user) ? nameOf(Number(user)) : user;

/** "Mon 2026-11-23 03:08:16.014893 UTC", as `--timestamp=us+utc` has it.
 * @returns undefined for a moment that was or will be never: "", "n/a" */
export function moment(text: string | undefined): Epoch | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text ?? "") ?? [];
  const ms = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(ms) ? undefined : epoch(ms);
}
