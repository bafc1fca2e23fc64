import type { Syntax } from "./deed.ts";
import type { Language } from "../sprout.ts";
import { CONFIG, type Given, JSON_OUT, last, text } from "./options.ts";

export const plugin: Syntax = (all, choose) =>
  void all.command("plugin", "What can be watched, and plugins of your own", (own) => {
    for (const add of Object.values(PLUGIN)) add(own, choose);
    return own
      .usage(
        "$0 plugin COMMAND\n\nPlugins read indicators and receive barks. One of your own is one file in\n/etc/sheepdog/plugins, in any language. Examples are in doc/sheepdog/examples/plugins below\n/usr/share or /usr/local/share, and HACKING.md two folders above tells how it is made.",
      )
      .demandCommand(1, "plugin what? give list, show, new or test")
      .example("$0 plugin list", "all there are")
      .example("$0 plugin test ./room", "try one");
  });

const list: Syntax = (plugin, choose) =>
  void plugin.command(
    "list",
    "All there are, and what is refused",
    (own) =>
      own
        .usage(
          "$0 plugin list [OPTION…]\n\nAll plugins there are and where they are from. What is refused is said on stderr, with the\nreason; then the exit code is 78. Into a pipe go fields with a tab between: name, from, about.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 plugin list --json", "with all settings"),
    ({ config, json }) =>
      choose(async () => (await import("../plugin.ts")).pluginList(config, { json: json === true })),
  );

const show: Syntax = (plugin, choose) =>
  void plugin.command(
    "show <name>",
    "What one watches, and its settings",
    (own) =>
      own
        .usage(
          "$0 plugin show FILE|NAME [OPTION…]\n\nWhat a plugin watches and what can be set, as it would stand in the configuration.",
        )
        .positional("name", { type: "string", demandOption: true, describe: "Name or file of a plugin" })
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 plugin show uptime", "its table for sheepdog.toml"),
    ({ name, config, json }) =>
      choose(async () => (await import("../plugin.ts")).pluginShow(name, config, { json: json === true })),
  );

const create: Syntax = (plugin, choose) =>
  void plugin.command(
    "new <name>",
    "Begin one",
    (own) =>
      own
        .usage(
          "$0 plugin new NAME [OPTION…]\n\nWrites a plugin that works, and a test of it, into this folder.",
        )
        .positional("name", { type: "string", demandOption: true, describe: "What it is to be called" })
        .option("lang", {
          ...text("Language it is begun in"),
          choices: LANGUAGES,
          default: "sh",
          coerce: (given: Given) => last(given) as Language,
        })
        .example("$0 plugin new room --lang python", "room.py, room.test.sh"),
    ({ name, lang }) => choose(async () => (await import("../sprout.ts")).pluginNew(name, lang)),
  );

const LANGUAGES: readonly Language[] = ["sh", "python", "ts", "ruby", "guile"];

const test: Syntax = (plugin, choose) =>
  void plugin.command(
    "test <file> [settings..]",
    "Try one, and show what would come of it",
    (own) =>
      own
        .usage(
          "$0 plugin test FILE|NAME [SETTING=VALUE…] [OPTION…]\n\nHolds a plugin against the contract, reads its indicator once, and shows the bark, what its\nreceiver wants done, and what would be stored and told. Nothing is. The exit code is 0 when it\nkeeps the contract, else 1. By the name of an indicator it is tried as that is configured.",
        )
        .positional("file", { type: "string", demandOption: true, describe: "File of a plugin, or its name" })
        .positional("settings", {
          type: "string",
          array: true,
          describe: "Settings as name=value",
        })
        .option("bark", text("File with a bark for its receiver, instead of what it reads itself"))
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 plugin test ./room", "a file")
        .example("$0 plugin test disk warn=50%", "with a setting"),
    ({ file, settings, bark, config, json }) =>
      choose(async () =>
        (await import("../trial.ts")).pluginTest({
          what: file,
          settings: settings ?? [],
          bark,
          config,
          json: json === true,
        }),
      ),
  );

export const PLUGIN = { list, show, new: create, test } as const;
