import type { Syntax } from "./deed.ts";
import { named } from "./ids.ts";
import { JSON_OUT } from "./options.ts";

export const show: Syntax = (all, choose) =>
  void all.command(
    "show <id>",
    "One bark whole",
    (own) =>
      own
        .usage(
          "$0 show ID [OPTION…]\n\nOne bark whole: what ran, how it ended, what it said, and who was told.",
        )
        .positional("id", {
          type: "string",
          demandOption: true,
          coerce: named,
          describe: "Its id, or the beginning of it, from `sheepdog list`",
        })
        .option("json", JSON_OUT)
        .example("$0 show 019aa0d1", "for reading")
        .example("$0 show 019a --json | jq .content", "the run and its output, for programs"),
    ({ id, json }) => choose(async () => (await import("../show.ts")).show(id, { json: json === true })),
  );
