import type { Syntax } from "./deed.ts";
import { CONFIG as FILE, JSON_OUT } from "./options.ts";

export const config: Syntax = (all, choose) =>
  void all.command("config", "Check or show the configuration", (own) => {
    for (const add of Object.values(CONFIG)) add(own, choose);
    return own
      .usage(
        "$0 config COMMAND\n\nWhether the configuration is right, and what it comes to with all defaults.",
      )
      .demandCommand(1, "config what? give check or show")
      .example("$0 config check -c new.toml", "before it is put in place")
      .example("$0 config show --json | jq .redis", "what holds, defaults included");
  });

const check: Syntax = (config, choose) =>
  void config.command(
    "check",
    "Say whether it is right, or all that is wrong",
    (own) =>
      own
        .usage(
          "$0 config check [OPTION…]\n\nSays whether the configuration is right, or all that is wrong with it. What an indicator can be\ntold is for its plugin to say: sheepdog-daemon does, and sheepdog plugin test NAME.",
        )
        .option("config", FILE)
        .option("schema", {
          type: "boolean",
          describe: "The file alone, not the files and programs that it names: before it gets to its machine",
        })
        .example("$0 config check -c new.toml", "before it is put in place"),
    ({ config, schema }) =>
      choose(async () => (await import("../config.ts")).configCheck(config, { schema: schema === true })),
  );

const show: Syntax = (config, choose) =>
  void config.command(
    "show",
    "Print what holds, secrets masked",
    (own) =>
      own
        .usage("$0 config show [OPTION…]\n\nPrints what holds, defaults included and secrets masked.")
        .option("config", FILE)
        .option("json", JSON_OUT)
        .example("$0 config show", "as TOML, with the file it is from")
        .example("$0 config show --json | jq .mail", "for programs"),
    ({ config, json }) =>
      choose(async () => (await import("../config.ts")).configShow(config, { json: json === true })),
  );

export const CONFIG = { check, show } as const;
