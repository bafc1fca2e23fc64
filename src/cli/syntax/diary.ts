import { type Epoch, epoch, now } from "../../time.ts";
import { readSince, readUntil } from "../since.ts";
import type { Syntax } from "./deed.ts";
import { CONFIG, type Given, JSON_OUT, last, text } from "./options.ts";
import { moment } from "./values.ts";

const DAYS = 30;
/** What can still be read. */
const MOST = 3660;

export const diary: Syntax = (all, choose) =>
  void all.command(
    "diary",
    "What is planned, and when it will be told",
    (own) =>
      own
        .usage(
          "$0 diary [OPTION…]\n\nWhat is planned in the files of [diary], and when it will be told. Into a pipe go whole fields\nwith a tab between: start, how long it lasts, the next alarm, title, where it is written. What is\nnot understood is said on stderr, and the exit code is 65 then.\n\nWith --ics: what `sheepdog expect` shows, as a calendar (RFC 5545) for others to subscribe to.\nWrite it where your web server has files, from a timer.",
        )
        .option("since", {
          ...text("From then on: a span (2d) ago, a date, or a time (RFC 3339); else from now on"),
          coerce: moment("since", readSince),
        })
        .option("until", {
          ...text("Until then: a span (2w) from now, a date, or a time (RFC 3339)"),
          coerce: moment("until", readUntil),
        })
        .option("days", { ...text(`Or for so many days; ${DAYS} when neither is given`), coerce: days })
        .conflicts("until", "days")
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .option("ics", { type: "boolean", describe: "The runs that are expected, as a calendar" })
        .conflicts("ics", ["json", "since", "until", "days"])
        .check(({ since, until, days }) => {
          window(since, until, days);
          return true;
        })
        .example("$0 diary", "the next 30 days")
        .example("$0 diary --days 365", "a year")
        .example("$0 diary --since 7d --days 7", "the last week")
        .example("$0 diary --ics > expected.ics", "a feed")
        .example("$0 diary --json | jq .", "for programs"),
    ({ since, until, days, config, json, ics }) =>
      choose(async () => {
        const { diary, expectedFeed } = await import("../diary.ts");
        if (ics === true) return await expectedFeed();
        return await diary(config, window(since, until, days), { json: json === true });
      }),
  );

/** @throws Error where it makes no sense */
function window(
  since: Epoch = now(),
  until?: Epoch,
  days = DAYS,
): { readonly from: Epoch; readonly to: Epoch } {
  const to = until ?? epoch(since + days * 86_400_000);
  if (to <= since) throw new Error("--until is not after --since; give a later one");
  if (to - since <= MOST * 86_400_000) return { from: since, to };
  throw new Error(`--until is more than ${MOST} days after --since; give an earlier one`);
}

function days(all: Given): number | undefined {
  const given = last(all);
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(given) && Number(given) <= MOST) return Number(given);
  throw new Error(`--days: "${given}" is no number of days; give one from 1 to ${MOST}`);
}
