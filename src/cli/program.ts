import yargs, { type Argv } from "yargs";
import { SYSEXITS } from "../sysexits.ts";
import { version } from "../version.ts";
import { ACK, ack } from "./syntax/ack.ts";
import { ask, exported, relations } from "./syntax/ask.ts";
import { COMPLETION, completion } from "./syntax/completion.ts";
import { CONFIG, config } from "./syntax/config.ts";
import { DEAD, dead } from "./syntax/dead.ts";
import type { Deed } from "./syntax/deed.ts";
import { demo } from "./syntax/demo.ts";
import { diary } from "./syntax/diary.ts";
import { expect } from "./syntax/expect.ts";
import { indicators } from "./syntax/indicators.ts";
import { JOB, job } from "./syntax/job.ts";
import { list } from "./syntax/list.ts";
import { PLUGIN, plugin } from "./syntax/plugin.ts";
import { RECEIVERS, receivers } from "./syntax/receivers.ts";
import { RULES, rules } from "./syntax/rules.ts";
import { setup } from "./syntax/setup.ts";
import { show } from "./syntax/show.ts";
import { SILENCE, silence } from "./syntax/silence.ts";
import { status } from "./syntax/status.ts";
import { wrap } from "./syntax/wrap.ts";

const COMMANDS = {
  list,
  status,
  show,
  ask,
  relations,
  export: exported,
  expect,
  silence,
  ack,
  dead,
  diary,
  job,
  indicators,
  plugin,
  receivers,
  rules,
  config,
  completion,
  setup,
  demo,
} as const;
const BELOW: Readonly<Record<string, object>> = {
  silence: SILENCE,
  ack: ACK,
  dead: DEAD,
  job: JOB,
  plugin: PLUGIN,
  receivers: RECEIVERS,
  rules: RULES,
  config: CONFIG,
  completion: COMPLETION,
};

/** The commands that may stand behind a word; behind none, all of them. */
export const following = (word: string | undefined): readonly string[] =>
  Object.keys(word === undefined ? COMMANDS : Object.hasOwn(BELOW, word) ? (BELOW[word] ?? {}) : {});

/** The command line of `sheepdog`: every command, its options, its help.
 * @param choose  told which deed was asked for
 * @param width  columns of the help */
export function program(choose: (deed: Deed) => void, width: number): Argv {
  const all = yargs()
    .scriptName("sheepdog")
    .locale("en") // the texts between the generated ones are English
    .parserConfiguration({
      "boolean-negation": false,
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
    })
    .usage(
      "Wrap a job, or ask what the dog has seen.\n\n  $0 [OPTION…] -e COMMAND\n  $0 [OPTION…] -- COMMAND ARGUMENT…\n  $0 COMMAND",
    )
    .strict()
    .exitProcess(false)
    .help("help", "Show this help")
    .alias("help", "h")
    .version("version", "Show the version", version())
    .epilogue(EPILOGUE)
    .wrap(width);
  for (const add of [wrap, ...Object.values(COMMANDS)]) add(all, choose);
  return all;
}

const EPILOGUE = `Exit codes. Around a job: the job's own; 124 it was stopped at its timeout; 75 skipped, another run holds the lock. Else: 0 all right; 1 something is not ok (status), or an id is unknown (show, dead, silence, ack); ${Object.values(
  SYSEXITS,
)
  .map(([code, text]) => `${code} ${text}`)
  .join("; ")}.`;
