import type { Syntax } from "./deed.ts";
import { JSON_OUT } from "./options.ts";

export const expect: Syntax = (all, choose) =>
  void all.command(
    "expect",
    "What must come, and by when",
    (own) =>
      own
        .usage(
          "$0 expect [OPTION…]\n\nWhat must come, and by when; what is due first at the top. The exit code is 1 when something\nis missing. Into a pipe go whole fields with a tab between: due, seconds until then, level,\nhost, tag, last heard (or never).",
        )
        .option("json", JSON_OUT)
        .example("$0 expect", "what is due when")
        .example("$0 expect --json", "for programs"),
    ({ json }) => choose(async () => (await import("../expect.ts")).expect({ json: json === true })),
  );
