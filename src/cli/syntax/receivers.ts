import type { Syntax } from "./deed.ts";
import { CONFIG, JSON_OUT } from "./options.ts";

export const receivers: Syntax = (all, choose) =>
  void all.command("receivers", "The ways to tell people besides mail", (own) => {
    for (const add of Object.values(RECEIVERS)) add(own, choose);
    return own
      .usage(
        "$0 receivers COMMAND\n\nThe ways to tell people besides mail: the tables [receivers.NAME] of the configuration.",
      )
      .demandCommand(1, "receivers what? give list or test")
      .example("$0 receivers list", "what waits for each, and which fails")
      .example("$0 receivers test phone", "whether it reaches anybody");
  });

const list: Syntax = (receivers, choose) =>
  void receivers.command(
    "list",
    "All of them, what waits for each, and which fails",
    (own) =>
      own
        .usage(
          "$0 receivers list [OPTION…]\n\nAll of them, with what waits for each; the exit code is 0 when all take what they are told,\nelse 1. Into a pipe go whole fields with a tab between: name, kind, waiting, where, state.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 receivers list --json | jq .", "for programs"),
    ({ config, json }) =>
      choose(async () => (await import("../receivers.ts")).receiversList(config, { json: json === true })),
  );

const test: Syntax = (receivers, choose) =>
  void receivers.command(
    "test <name>",
    "Tell somebody that this is a test",
    (own) =>
      own
        .usage(
          "$0 receivers test NAME [OPTION…]\n\nTells somebody by this receiver that it is a test, and says what came of it. It is done by this\ncommand, at once, and not by the unit: what that may not do does not show. Root has the tokens in\n/etc/credstore/sheepdog.receivers, too. The exit code is 0 when it was told, 1 when it was\nrefused, 75 when trying again may help.",
        )
        .positional("name", { type: "string", demandOption: true, describe: "Name of a receiver" })
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 receivers test phone", "after it was configured")
        .example("$0 receivers test chat --json", "for programs"),
    ({ name, config, json }) =>
      choose(async () =>
        (await import("../receivers.ts")).receiversTest(name, config, { json: json === true }),
      ),
  );

export const RECEIVERS = { list, test } as const;
