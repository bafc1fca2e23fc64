import { NAME, NAMING } from "../../name.ts";
import { LONGEST_LIFE } from "../../job/request.ts";
import { type Seconds, seconds } from "../../time.ts";
import type { How, Whom } from "../job.ts";
import type { Syntax } from "./deed.ts";
import { named } from "./ids.ts";
import { OPERATING, operating } from "./key.ts";
import { reason } from "./silence.ts";
import { CONFIG, type Given, JSON_OUT, last, text } from "./options.ts";
import { span, whole } from "./values.ts";

export const job: Syntax = (all, choose) =>
  void all.command("job", "Have other machines do something", (own) => {
    for (const add of Object.values(JOB)) add(own, choose);
    return own
      .usage(
        '$0 job COMMAND\n\nAsks machines to run what their owners allow: the jobs in /etc/sheepdog/jobs.d there. What is asked is signed with an\nSSH key, and each machine decides by its own list of signers. See the page "let the dog run" in README.md.',
      )
      .demandCommand(1, `job what? give ${Object.keys(JOB).join(", ")}`)
      .example("$0 job run web restart -w", "now, and wait")
      .example("$0 job list", "what was asked, and what came of it");
  });

const ASKING = {
  on: text("The machines that answer this question of the logic language; its variable Host says which"),
  yes: { alias: "y", type: "boolean", describe: "Do not show the machines of --on and ask back" },
  expires: {
    ...text("How long the request is good for: a machine that is back later does not do it; 1h when absent"),
    coerce: (given: Given) =>
      given === undefined ? undefined : span("expires", seconds(10), LONGEST_LIFE)(given),
  },
  key: text("Sign with this SSH key, or the other half of this .pub that the agent has"),
  config: CONFIG,
  json: JSON_OUT,
} as const;

const WAITING = {
  wait: { alias: "w", type: "boolean", describe: "Wait for what comes of it, and show that" },
  timeout: {
    ...text("Wait for so long at the most; 10min when absent"),
    coerce: (given: Given) =>
      given === undefined ? undefined : span("timeout", seconds(1), LONGEST_LIFE)(given),
  },
  batch: {
    ...text("So many machines at a time, such as 5 or 10%: the next ones when all of these have answered"),
    coerce: batch,
  },
  "stop-after": {
    ...text("Ask no more machines after so many that went wrong, or did not answer"),
    coerce: (given: Given) =>
      given === undefined ? undefined : whole("stop-after", "number of machines", 100_000)(given),
  },
} as const;

interface Asked {
  readonly on?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly expires?: Seconds | undefined;
  readonly key?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
  readonly wait?: boolean | undefined;
  readonly timeout?: Seconds | undefined;
  readonly batch?: How["batch"];
  readonly "stop-after"?: number | undefined;
}

const howOf = (given: Asked): How => ({
  config: given.config,
  key: given.key,
  json: given.json === true,
  expires: given.expires ?? seconds(3600),
  wait: given.wait === true,
  timeout: given.timeout ?? seconds(600),
  batch: given.batch,
  stopAfter: given["stop-after"],
});

const WHAT = {
  type: "string",
  array: true,
  describe:
    "Machines (names, groups, patterns, with commas between) where --on does not say them; the job; its arguments",
} as const;

const run: Syntax = (job, choose) =>
  void job.command(
    "run <what..>",
    "Run a job now",
    (own) =>
      own
        .usage(
          "$0 job run MACHINES JOB [NAME=VALUE…] [OPTION…]\n$0 job run --on QUESTION JOB [NAME=VALUE…] [OPTION…]\n\nRuns a job on machines. A machine that is off does it when it is back, unless the request has expired. Exit code 0 when\nall did it (with --wait or --batch), or it was handed over; 1 when not.",
        )
        .positional("what", { ...WHAT, demandOption: true })
        .options({ ...ASKING, ...WAITING })
        .example("$0 job run web restart -w", "and wait for what comes of it")
        .example("$0 job run web upgrade --batch 10%", "carefully"),
    ({ what, ...given }) => {
      const { whom, name, args } = meant(what, given);
      choose(async () =>
        (await import("../job.ts")).ask({ kind: "run", job: name, args }, whom, howOf(given)),
      );
    },
  );

const schedule: Syntax = (job, choose) =>
  void job.command(
    "schedule <what..>",
    "Let a timer run a job",
    (own) =>
      own
        .usage(
          "$0 job schedule MACHINES JOB [NAME=VALUE…] --at TIME|--calendar CALENDAR [OPTION…]\n\nLets systemd on the machines run a job: once at a moment, or again and again. It holds until it is cancelled, also when\nthe machine is started anew. A moment at which it was off is told, and not made up for.",
        )
        .positional("what", { ...WHAT, demandOption: true })
        .option("at", {
          ...text("Once, at this moment: 2026-12-24T03:00, or a span from now such as 2h"),
          coerce: (given: Given) => last(given),
        })
        .option("calendar", text("Whenever that elapses, as systemd.time(7) writes it, such as 'Sun 03:00'"))
        .options({ ...ASKING, wait: WAITING.wait, timeout: WAITING.timeout })
        .example("$0 job schedule nas scrub --at 2h", "once"),
    ({ what, at, calendar, ...given }) => {
      const { whom, name, args } = meant(what, given);
      if ((at === undefined) === (calendar === undefined))
        throw new Error("when? give either --at TIME or --calendar 'Sun 03:00'");
      choose(async () => {
        const { ask } = await import("../job.ts");
        if (calendar !== undefined)
          return await ask({ kind: "repeat", job: name, args, calendar }, whom, howOf(given));
        const { future } = await import("../future.ts");
        return await ask({ kind: "schedule", job: name, args, at: future(at ?? "") }, whom, howOf(given));
      });
    },
  );

const cancel: Syntax = (job, choose) =>
  void job.command(
    "cancel <id> [machines]",
    "End what was asked",
    (own) =>
      own
        .usage(
          "$0 job cancel ID [MACHINES] [OPTION…]\n\nEnds what was asked under an id: takes it off its timer, stops it while it runs, ends its lease. Where the history is,\nit knows which machines that were, and the beginning of the id will do.",
        )
        .positional("id", {
          type: "string",
          demandOption: true,
          coerce: named,
          describe: "Its id, from `sheepdog job list`",
        })
        .positional("machines", { type: "string", describe: "Names, groups, patterns, with commas between" })
        .options({ ...ASKING, wait: WAITING.wait, timeout: WAITING.timeout })
        .example("$0 job cancel 019aa0d1", "where the history knows it"),
    ({ id, machines, ...given }) =>
      choose(async () =>
        (await import("../jobs.ts")).cancel(id, machines, whomOf(machines, given), howOf(given)),
      ),
  );

const list: Syntax = (job, choose) =>
  void job.command(
    "list",
    "What was asked, and what came of it",
    (own) =>
      own
        .usage(
          "$0 job list [OPTION…]\n\nWhat was asked of machines and what came of it, newest last, as the history of this machine has it. Into a pipe go whole\nfields with a tab between: time, id, host, state, job, by, summary.",
        )
        .option("host", text("Of machines that fit this pattern"))
        .option("since", {
          ...text("Since then, such as 2d; 7d when absent"),
          coerce: (given: Given) => last(given),
        })
        .option("json", JSON_OUT)
        .example("$0 job list --json | jq .", "for programs"),
    ({ host, since, json }) =>
      choose(async () => (await import("../jobs.ts")).list({ host, since, json: json === true })),
  );

const log: Syntax = (job, choose) =>
  void job.command(
    "log <id>",
    "What came of one, with its output",
    (own) =>
      own
        .usage(
          "$0 job log ID [OPTION…]\n\nAll that became of what was asked under an id, machine by machine, with the end of what it wrote, as the history of this\nmachine has it. On the machine itself all of it is in the journal: journalctl -t sheepdog-job-ID",
        )
        .positional("id", {
          type: "string",
          demandOption: true,
          coerce: named,
          describe: "Its id, or the beginning of it",
        })
        .option("json", JSON_OUT)
        .example("$0 job log 019aa0d1", "for reading"),
    ({ id, json }) => choose(async () => (await import("../jobs.ts")).log(id, json === true)),
  );

const allowed: Syntax = (job, choose) =>
  void job.command(
    "allowed",
    "What others may have this machine do",
    (own) =>
      own
        .usage(
          "$0 job allowed [OPTION…]\n\nThe jobs of this machine, what may be filled in, and who may ask; and what is wrong with them. Exit code 78 where\nsomething is.",
        )
        .option("config", CONFIG)
        .option("json", JSON_OUT)
        .example("$0 job allowed", "after a file in /etc/sheepdog/jobs.d was written"),
    ({ config, json }) => choose(async () => (await import("../allowed.ts")).allowed(config, json === true)),
  );

const halt: Syntax = (job, choose) =>
  void job.command(
    "halt",
    "Let no rule have anything done",
    (own) =>
      own
        .usage(
          "$0 job halt --why REASON [OPTION…]\n\nStops all automatic reactions at once: what rules of react say is barked, and nobody is asked. What was asked before goes\non; `sheepdog job cancel` ends that. On the handler's machine ask as root; elsewhere it is signed, as a silence is.",
        )
        .option("why", { ...text("The reason, for the others"), coerce: reason })
        .options(OPERATING)
        .example('$0 job halt --why "it bans us"', "at once"),
    ({ why, ...how }) => {
      if (why === undefined) throw new Error('why? give --why "…", for those who wonder at it');
      choose(async () => (await import("../halt.ts")).halt(why, operating(how)));
    },
  );

const resume: Syntax = (job, choose) =>
  void job.command(
    "resume",
    "Let rules have things done again",
    (own) =>
      own
        .usage("$0 job resume [OPTION…]\n\nEnds a halt: what rules of react still say is asked now.")
        .options(OPERATING)
        .example("$0 job resume", "after the rule was mended"),
    (how) => choose(async () => (await import("../halt.ts")).resume(operating(how))),
  );

const key: Syntax = (job, choose) =>
  void job.command(
    "key",
    "By which key rules ask machines",
    (own) =>
      own
        .usage(
          '$0 job key\n\nOn the handler\'s machine: the public half of the key by which rules have machines do something, as a line for\n/etc/sheepdog/allowed_signers there. It is good for the jobs that allow "handler".',
        )
        .example("$0 job key", "its line, for each machine that is to believe it"),
    () => choose(async () => (await import("../halt.ts")).key()),
  );

export const JOB = { run, schedule, list, log, cancel, allowed, halt, resume, key } as const;

/** Who is meant, and what. @throws Error, for whoever typed it */
function meant(
  words: readonly string[],
  given: Asked,
): { readonly whom: Whom; readonly name: string; readonly args: Readonly<Record<string, string>> } {
  const [first = "", ...rest] = words;
  const hosts = given.on === undefined ? first : undefined;
  const [name, ...pairs] = given.on === undefined ? rest : words;
  if (name === undefined)
    throw new Error(
      given.on === undefined
        ? "which job? give MACHINES JOB [NAME=VALUE…]"
        : "which job? give JOB [NAME=VALUE…]",
    );
  if (!NAME.test(name)) throw new Error(`"${name}" is no name of a job: ${NAMING}`);
  const args: Record<string, string> = {};
  for (const pair of pairs) {
    const [, key, value] = /^([a-z][a-z0-9_]{0,30})=([^]*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined)
      throw new Error(`"${pair}" is no argument; write NAME=VALUE, such as address=192.0.2.7`);
    if (Object.hasOwn(args, key)) throw new Error(`${key} is given twice`);
    args[key] = value;
  }
  return { whom: whomOf(hosts, given), name, args };
}

const whomOf = (hosts: string | undefined, { on, yes }: Asked): Whom => ({ hosts, on, yes: yes === true });

/** @throws Error, for whoever typed it */
function batch(given: Given): How["batch"] {
  const typed = last(given);
  if (typed === undefined) return undefined;
  const [, number = "", share] = /^([1-9]\d{0,4})(%?)$/.exec(typed) ?? [];
  if (number === "" || (share === "%" && Number(number) > 100))
    throw new Error(
      `--batch takes a number of machines or a share of them, such as 5 or 10%, not "${typed}"`,
    );
  return share === "%" ? { share: Number(number) / 100 } : { hosts: Number(number) };
}
