import { iso, seconds } from "../../time.ts";
import { readSince } from "../since.ts";
import type { Syntax } from "./deed.ts";
import { JSON_OUT, last, text } from "./options.ts";
import { moment, span, whole } from "./values.ts";

export const ask: Syntax = (all, choose) =>
  void all.command(
    "ask [question..]",
    "Ask the herd, in the words of a logic language",
    (own) =>
      own
        .usage(
          `$0 ask QUESTION [OPTION…]

Answers from the history: what fits all that the question says. What begins with a capital letter is to be found, all else is as it stands; \`,\` is and, \`;\` is or, \`\\+\` is not. Of what relations there are \`sheepdog relations\` tells. They tell of now; during(R, Since, Until) tells when it was so, at(R, Time) what was so then. The exit code is 0 with answers, 1 without.

Before the question there may be rules, each with a full stop. On a terminal and without any question, it asks for one after another.`,
        )
        .positional("question", { type: "string", array: true, describe: "Goals, and rules before them" })
        .option("file", { ...text("Rules, and perhaps the question, from a file; - for stdin"), alias: "f" })
        .option("at", {
          ...text("As of then: a span (2d) ago, a date, or a time (RFC 3339)"),
          coerce: moment("at", readSince),
        })
        .option("json", JSON_OUT)
        .option("csv", { type: "boolean", describe: "As a table for spreadsheets (RFC 4180)" })
        .conflicts("csv", "json")
        .option("explain", {
          type: "boolean",
          describe: "Say on stderr how: the SQL, its plan, the time it took",
        })
        .option("why", {
          type: "boolean",
          describe:
            "Under each answer one way in which it comes about: the facts and barks, and the rules; of what is counted the first ten. Of what there is not it is said, and no more",
        })
        .conflicts("why", "csv")
        .option("limit", {
          ...text("So many answers at the most"),
          default: "10000",
          coerce: whole("limit", "number of answers", 9_999_999),
        })
        .option("timeout", {
          ...text("And give up after so long"),
          default: "1min",
          coerce: span("timeout", seconds(1), seconds(86_400)),
        })
        .example('$0 ask "state(H, T, fail)"', "what fails now")
        .example("$0 ask 'ram(H, B), B < gib(4)'", "machines with little memory")
        .example("$0 ask 'ram(H, B)' --at 30d", "what they had then"),
    ({ question, file, at, json, csv, explain, why, limit, timeout }) => {
      const text = (question ?? []).join(" ").trim();
      const from = last(file);
      if (text === "" && from === undefined) {
        if (!process.stdin.isTTY || !process.stdout.isTTY)
          throw new Error("what? give a question, such as 'state(Host, Tag, fail)', or --file");
        const flags = { json, csv, explain, why };
        const options = Object.entries(flags).flatMap(([name, on]) => (on === true ? [`--${name}`] : []));
        const then = at === undefined ? [] : [`--at=${iso(at)}`];
        choose(async () =>
          (await import("../talk.ts")).talk([
            ...options,
            ...then,
            `--limit=${limit}`,
            `--timeout=${timeout}s`,
          ]),
        );
        return;
      }
      choose(async () =>
        (await import("../ask.ts")).ask({
          text: text === "" ? undefined : text,
          file: from,
          at,
          form: json === true ? "json" : csv === true ? "csv" : "table",
          explain: explain === true,
          why: why === true,
          limit,
          timeout,
        }),
      );
    },
  );

export const relations: Syntax = (all, choose) =>
  void all.command(
    "relations",
    "What the herd can be asked of",
    (own) =>
      own
        .usage(
          "$0 relations [OPTION…]\n\nThe relations that a question may be made of: what stands where in them, how many rows they have now,\nwhat they are about, and an example.",
        )
        .option("json", JSON_OUT)
        .example("$0 relations | grep package", "what is told of packages"),
    ({ json }) => choose(async () => (await import("../relations.ts")).relations({ json: json === true })),
  );

export const exported: Syntax = (all, choose) =>
  void all.command(
    "export",
    "The history as other programs read it",
    (own) =>
      own
        .usage(
          `$0 export --prolog

All that can be asked of, as the text of a Prolog program, for SWI-Prolog and others: every relation under its own name, as \`sheepdog relations\` has it; and what was so when as NAME_during, with since and until behind the rest. Times are ms since 1970, and what lasts ends at 1.0Inf.`,
        )
        .option("prolog", { type: "boolean", demandOption: true, describe: "As a Prolog program" })
        .example("$0 export --prolog > herd.pl", "for `swipl herd.pl`"),
    () => choose(async () => (await import("../export.ts")).exported()),
  );
