import type { Syntax } from "./deed.ts";
import { CONFIG, JSON_OUT } from "./options.ts";

export const indicators: Syntax = (all, choose) =>
  void all.command(
    "indicators",
    "What this machine watches",
    (own) =>
      own
        .usage(
          "$0 indicators [OPTION…]\n\nWhat this machine watches: how it was when it was read last, and when it is read next. Into a\npipe go whole fields with a tab between: name, level, rhythm, last, next, summary.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 indicators", "all of them")
        .example("$0 indicators --json | jq .", "for programs"),
    ({ config, json }) =>
      choose(async () => (await import("../indicators.ts")).indicators(config, { json: json === true })),
  );
