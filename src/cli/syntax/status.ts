import type { Syntax } from "./deed.ts";
import { JSON_OUT } from "./options.ts";

export const status: Syntax = (all, choose) =>
  void all.command(
    "status",
    "What is not ok now, worst first",
    (own) =>
      own
        .usage(
          "$0 status [OPTION…]\n\nWhat is not ok now, worst first; the exit code is 0 when all is well, else 1. Into a pipe go\nwhole fields with a tab between: since, seconds so far, id, level, host, tag, summary.",
        )
        .option("json", JSON_OUT)
        .example("$0 status", "what is not ok, and since when")
        .example("$0 status >/dev/null || echo look", "by the exit code alone"),
    ({ json }) => choose(async () => (await import("../status.ts")).status({ json: json === true })),
  );
