import type { Syntax } from "./deed.ts";
import { JSON_OUT, text } from "./options.ts";

export const setup: Syntax = (all, choose) =>
  void all.command(
    "setup",
    "Put units, man pages and completions in place",
    (own) =>
      own
        .usage(
          "$0 setup [OPTION…]\n\nAfter `npm install -g`: puts units, users, folders, man pages, completions and a first\nconfiguration where this machine looks for them, and says each. A configuration that is there\nis kept. With systemd, its users and folders are made, and it is told to read its units again.\nWhat an older version put in place, and this one has no more, is stopped and taken away.",
        )
        .option("dry-run", { type: "boolean", describe: "Only say what would be done" })
        .option("prefix", text("Put it below this folder instead of /, and run nothing"))
        .option("uninstall", {
          type: "boolean",
          describe: "Stop the units and take all away again, but for configuration, data and users",
        })
        .option("json", JSON_OUT)
        .example("$0 setup --dry-run", "see it before")
        .example("sudo $0 setup", "put in place; it says how to start it"),
    ({ "dry-run": dryRun, prefix, uninstall, json }) =>
      choose(async () =>
        (await import("../setup.ts")).setup({
          dryRun: dryRun === true,
          prefix,
          uninstall: uninstall === true,
          json: json === true,
        }),
      ),
  );
