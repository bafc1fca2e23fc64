import { LEVELS, type Level } from "../../bark.ts";
import { type Epoch, now } from "../../time.ts";
import { readSince } from "../since.ts";
import type { Syntax } from "./deed.ts";
import { type Given, JSON_OUT, last, text } from "./options.ts";
import { whole } from "./values.ts";

export const list: Syntax = (all, choose) =>
  void all.command(
    "list",
    "What has been barked, newest last",
    (own) =>
      own
        .usage(
          "$0 list [OPTION…]\n\nWhat has been barked, newest last. Into a pipe go whole fields with a tab between:\ntime, id, level, host, tag, summary.",
        )
        .option("host", text("Only this host; * stands for anything"))
        .option("tag", text("Only this tag; * stands for anything"))
        .option("level", { ...text("Only this level"), choices: LEVELS, coerce: level })
        .option("since", {
          ...text("Not before this: a span (2d), a date, or a time (RFC 3339)"),
          coerce: since,
        })
        .option("limit", {
          ...text("The newest so many"),
          default: "50",
          coerce: whole("limit", "number of barks", 9_999_999),
        })
        .option("json", JSON_OUT)
        .example("$0 list --level fail --since 2d", "what failed since the day before yesterday")
        .example("$0 list --host 'web*' --tag ETC", "the backups of the web servers")
        .example("$0 list --json | jq -r '.[].host'", "for programs"),
    ({ host, tag, level, since, limit, json }) =>
      choose(async () =>
        (await import("../list.ts")).list({ host, tag, level, since, limit }, { json: json === true }),
      ),
  );

/** Whether it is one is checked against the choices. */
const level = (given: Given): Level | undefined => last(given) as Level | undefined;

function since(all: Given): Epoch | undefined {
  const given = last(all);
  if (given === undefined) return undefined;
  const moment = readSince(given, now());
  if (moment !== undefined) return moment;
  throw new Error(
    `--since: "${given}" is no time; give a span such as 2d or "1h 30min", or a date such as 2026-11-22 or 2026-11-22T18:49:50Z`,
  );
}
