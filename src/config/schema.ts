import { hostname } from "node:os";
import * as z from "zod/mini";
import { NAME, NAMING } from "../name.ts";
import { key } from "./about.ts";
import { Diary } from "./diary.ts";
import { Indicator } from "./indicator.ts";
import { Group, Jobs, Reactions } from "./jobs.ts";
import { file, list, span, text } from "./kind.ts";
import { Mail } from "./mail.ts";
import { Expectation, Policy, Route } from "./policy.ts";
import { Receivers } from "./receiver.ts";
import { Redis } from "./redis.ts";
import { RULES } from "./rules.ts";

/** Bytes: as much as the wrapper holds of each stream (src/process/capture.ts). */
const size = z.int().check(z.gte(1024), z.lte(128 * 1024));
const regex = z.string().check(z.refine(compiles, { error: "a JavaScript regular expression is needed" }));
function compiles(source: string): boolean {
  try {
    void new RegExp(source, "g");
    return true;
  } catch {
    return false; // what is needed is said by the error above; what stands there may be a secret
  }
}

const named = <Table extends z.ZodMiniType>(table: Table) =>
  z._default(z.record(z.string().check(z.regex(NAME, { error: NAMING })), table), {});

export const Operators = z.strictObject({
  signers: key(
    z._default(file, "/etc/sheepdog/operators"),
    "On the handler's machine: whose signature it obeys, one a line as ssh-keygen(1) has it under ALLOWED SIGNERS. Root's, and nobody else may write to it. Without it only this machine's own administrators may silence and acknowledge",
  ),
  key: key(
    z.optional(file),
    "What `sheepdog silence` and `sheepdog ack` sign with: a private SSH key, or a public one whose other half is in the agent. When absent: what the agent holds. Whoever may read the handler's own key needs neither",
    { example: "/home/alice/.ssh/id_ed25519" },
  ),
});

/** Everything that can be configured, for all units. What reads it: load.ts. What explains it: sample.ts. */
export const Config = z.strictObject({
  name: key(
    z._default(text.check(z.maxLength(253)), hostname),
    "What this machine is called in barks; when absent its host name",
    { example: "penguin2" },
  ),
  capture: key(
    z._default(size, 65_536),
    "Bytes kept of each of stdout and stderr, half from the head and half from the tail",
  ),
  grace: key(
    span("10s", { longest: "1h" }),
    "How long a job that is stopped has between SIGTERM and SIGKILL",
    {
      unit: "span",
    },
  ),
  redact: key(
    z._default(list(regex, "a list of regular expressions is needed"), []),
    "More patterns (JavaScript regular expressions) to mask in what leaves this machine",
  ),
  plugins: key(
    z._default(list(file, "a list of absolute paths is needed"), ["/etc/sheepdog/plugins"]),
    "Folders with plugins of your own; see HACKING.md, and `sheepdog plugin list` for all there are",
  ),
  rules: key(
    z._default(list(file, "a list of absolute paths is needed"), [RULES]),
    "On the handler's machine: files and folders (*.pl) with standing rules, which alert, mute and say who is told; see `sheepdog rules` and HACKING.md",
  ),
  standard: key(
    z._default(z.boolean(), false),
    "Whether the standard set is watched besides the tables [indicators.NAME]; where there is none it is in any case",
  ),
  redis: key(
    z.optional(Redis),
    "The broker between machines. Without this table the spool alone carries: one machine, no server",
  ),
  mail: key(z.prefault(Mail, {}), "How a person is told"),
  policy: key(z.prefault(Policy, {}), "When a person is told, and when not; every key has a value that does"),
  routes: key(
    named(Route),
    "Who is told of what and how, one table each. Of those that fit the first that says something counts, key by key; else [mail] and [policy] say it",
    { example: "web" },
  ),
  expect: key(
    named(Expectation),
    "What must come, one table each. What a job says itself (--expect, or its timer) needs none",
    { example: "nightly" },
  ),
  operators: key(z.prefault(Operators, {}), "Who may silence and acknowledge"),
  receivers: z._default(Receivers, {}),
  jobs: key(
    z.prefault(Jobs, {}),
    "What others may ask of this machine, where sheepdog-agent runs; see `sheepdog job` and README.md",
  ),
  groups: key(named(Group), "Machines that `sheepdog job` asks together, one table each", { example: "web" }),
  reactions: key(
    z.prefault(Reactions, {}),
    "On the handler's machine: how far `react` of the standing rules may go",
  ),
  diary: key(
    z.prefault(Diary, {}),
    "What is planned: its alarms are told, and what it says is maintenance is silent; see `sheepdog diary`",
  ),
  indicators: key(
    named(Indicator),
    "What is watched on this machine, one table each: these keys, and the settings that `sheepdog plugin show` tells. Without any, `sheepdog-daemon` watches what every machine has",
    { example: "root-disk" },
  ),
});
export type Config = z.output<typeof Config>;
export type Operators = z.output<typeof Operators>;
