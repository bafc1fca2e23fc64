import { seconds } from "../../time.ts";
import type { Syntax } from "./deed.ts";
import { CONFIG, JSON_OUT, text } from "./options.ts";
import { span, whole } from "./values.ts";

export const rules: Syntax = (all, choose) =>
  void all.command("rules", "Standing rules: what alerts, mutes, routes and reacts", (own) => {
    for (const add of Object.values(RULES)) add(own, choose);
    return own
      .usage(
        "$0 rules COMMAND\n\nRules in the language of `sheepdog ask`, in the files of `rules` (/etc/sheepdog/rules/*.pl).\nalert(Host, Tag, Summary) is asked once a minute: what it answers is a trouble until it does so no\nmore. mute(Host, Tag) is asked before somebody is told of that trouble, and mailto(Host, Tag,\nAddress) whom to tell. react(Host, Job, Args) has machines do something. Examples are in doc/sheepdog/examples/rules below /usr/share or\n/usr/local/share. They come into force with systemctl reload sheepdog-handler.",
      )
      .demandCommand(1, "rules what? give list, check or test")
      .example("$0 rules test new.pl", "what it would have said of the last 30 days")
      .example("$0 rules check", "before a reload");
  });

const FILES = { type: "string", array: true, describe: "Files with rules; else those configured" } as const;

const list: Syntax = (rules, choose) =>
  void rules.command(
    "list",
    "Those in force",
    (own) =>
      own
        .usage(
          "$0 rules list [OPTION…]\n\nWhat the rules in force say, by predicate: how many rules it has, and where. Into a pipe go\nfields with a tab between.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 rules list --json", "for programs"),
    ({ config, json }) =>
      choose(async () => (await import("../rules.ts")).rulesList(config, { json: json === true })),
  );

const check: Syntax = (rules, choose) =>
  void rules.command(
    "check [files..]",
    "Say whether rules are right, or what is wrong",
    (own) =>
      own
        .usage(
          "$0 rules check [FILE…] [OPTION…]\n\nSays whether rules are right, or what is wrong, and where; then the exit code is 65. Several files\nare one program, as they are when they are configured.",
        )
        .positional("files", FILES)
        .option("config", CONFIG)
        .example("$0 rules check new.pl", "one file"),
    ({ files, config }) =>
      choose(async () => (await import("../rules.ts")).rulesCheck({ files: files ?? [], config })),
  );

const test: Syntax = (rules, choose) =>
  void rules.command(
    "test [files..]",
    "Say what they would have barked of late",
    (own) =>
      own
        .usage(
          "$0 rules test [FILE…] [OPTION…]\n\nAsks alert(Host, Tag, Summary) and react(Host, Job, Args) as of each hour of the last 30 days, and\nlast of now, and tells from when until when they would have said what; then, on stderr, how long that took. What comes and\ngoes within an hour may be missed: --every asks more often. What is no state of something (due,\nseen) is as it is now.",
        )
        .positional("files", FILES)
        .option("days", {
          ...text("So many days back"),
          default: "30",
          coerce: whole("days", "number of days", 9999),
        })
        .option("every", {
          ...text("As of how often"),
          default: "1h",
          coerce: span("every", seconds(60), seconds(604_800)),
        })
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 rules test new.pl", "one file")
        .example("$0 rules test new.pl --every 5min", "more exactly"),
    ({ files, days, every, config, json }) =>
      choose(async () =>
        (await import("../rules.ts")).rulesTest(
          { files: files ?? [], config },
          { days, every },
          { json: json === true },
        ),
      ),
  );

export const RULES = { list, check, test } as const;
