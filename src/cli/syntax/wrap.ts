import type { Options } from "yargs";
import { OPTIONS, type Option } from "../options.ts";
import type { Syntax } from "./deed.ts";

/** For the help alone: a line that wraps a job never comes here (see sheepdog.ts). */
export const wrap: Syntax = (all) =>
  void all.command("$0", false, (own) => {
    for (const option of OPTIONS as readonly Option[])
      if (option.name !== "help" && option.name !== "version") own.option(option.name, explained(option));
    return own
      .example('$0 -e "borg create …"', "run by /bin/sh; bark when it fails, and once when it is well again")
      .example("$0 --expect 24h -- borg create …", "no shell; it is due every day")
      .example("$0 --lock --timeout 2h -e ./sync", "one run at a time, two hours at the most");
  });

// yargs has no word for what an option's value is; left without a type it says nothing there, and we can.
function explained({ alias = [], kind, choices, argument, describe }: Option): Options {
  if (kind === "flag") return { alias, describe, type: "boolean" };
  return { alias, describe: `${describe} [${argument ?? choices?.join("|")}]` };
}
