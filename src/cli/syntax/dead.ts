import type { Wish } from "../dead.ts";
import type { Syntax } from "./deed.ts";
import { chosen, named } from "./ids.ts";
import { CONFIG, JSON_OUT } from "./options.ts";

export const dead: Syntax = (all, choose) =>
  void all.command("dead", "What could not be handled, and why", (own) => {
    for (const add of Object.values(DEAD)) add(own, choose);
    return own
      .usage(
        "$0 dead COMMAND\n\nMessages that could not be handled wait in the queue `dead`, with the reason: in the\nbroker that is configured, and in the spool of this machine.",
      )
      .demandCommand(1, "dead what? give list, show, retry or drop")
      .example("$0 dead list", "what is dead, and the reason")
      .example("$0 dead retry --all", "after what was wrong is put right")
      .example("$0 dead drop 019aa0d1-5d02 --yes", "without being asked");
  });

const IDS = {
  type: "string",
  array: true,
  describe: "Ids, or beginnings of ids, from `sheepdog dead list`",
} as const;
const EVERY = { type: "boolean", describe: "All of them" } as const;

const wish = (config: string | undefined, wanted: Wish) => async (): Promise<number> =>
  (await import("../dead.ts")).dead(config, wanted);

const list: Syntax = (dead, choose) =>
  void dead.command(
    "list",
    "All of them, oldest first",
    (own) =>
      own
        .usage(
          "$0 dead list [OPTION…]\n\nAll that is dead, oldest first. Into a pipe go fields with a tab between: time, id, queue,\nbroker, reason, and how the body begins.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 dead list --json | jq .", "for programs"),
    ({ config, json }) => choose(wish(config, { kind: "list", json: json === true })),
  );

const show: Syntax = (dead, choose) =>
  void dead.command(
    "show <id..>",
    "Whole",
    (own) =>
      own
        .usage("$0 dead show ID… [OPTION…]\n\nWhat is dead, whole.")
        .positional("id", { ...IDS, demandOption: true })
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 dead show 019aa0d1", "for reading")
        .example("$0 dead show 019a --json | jq .", "as it came"),
    ({ id, config, json }) => choose(wish(config, { kind: "show", ids: id.map(named), json: json === true })),
  );

const retry: Syntax = (dead, choose) =>
  void dead.command(
    "retry [id..]",
    "Send back to the queue it came from",
    (own) =>
      own
        .usage(
          "$0 dead retry ID…|--all [OPTION…]\n\nSends back to the queue it came from, after what was wrong is put right. A file that could\nnot be read as a message is read again.",
        )
        .positional("id", IDS)
        .option("all", EVERY)
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 dead retry 019aa0d1 019aa0d2", "these two")
        .example("$0 dead retry --all", "all of them"),
    ({ id, all, config, json }) =>
      choose(wish(config, { kind: "retry", ids: chosen(id, all), json: json === true })),
  );

const drop: Syntax = (dead, choose) =>
  void dead.command(
    "drop [id..]",
    "Remove for ever",
    (own) =>
      own
        .usage(
          "$0 dead drop ID…|--all [OPTION…]\n\nRemoves for ever, with the file that lies aside where it could not be read as a message.\nAsks first, where there is a terminal to ask on.",
        )
        .positional("id", IDS)
        .option("all", EVERY)
        .option("yes", { alias: "y", type: "boolean", describe: "Do not ask" })
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 dead drop 019aa0d1", "this one")
        .example("$0 dead drop --all --yes", "all of them, without being asked"),
    ({ id, all, yes, config, json }) =>
      choose(wish(config, { kind: "drop", ids: chosen(id, all), yes: yes === true, json: json === true })),
  );

export const DEAD = { list, show, retry, drop } as const;
