import type { Bark } from "../bark.ts";
import { openBroker } from "../broker/open.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { ROUNDS } from "../monitors.ts";
import { inForce } from "../rules/force.ts";
import { type Epoch, iso, now } from "../time.ts";
import type { Asking } from "./asking.ts";
import { command, type Order } from "./command.ts";

const HELP = `sheepdog-rounds: call the handler to make its rounds

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

What time alone brings is looked at then: what was expected and did not come, reminders, silences that are over, mail
that was held back, the digest, and what the diary says (the files of [diary]). Then react(Host, Job, Args) and
alert(Host, Tag, Summary) of the standing rules are asked, for 30 seconds each at the most. It is called by
sheepdog-rounds.timer, once a minute, and by sheepdog-rounds.path, when something has changed that rules of react rest
on, on the machine where the handler runs; without systemd a line of its crontab does for the former:

  * * * * * sheepdog-rounds

The call goes through the queue of barks, so that all that came before it is heard first. While Redis is away it is not
kept: what nobody could look at then, the handler knows by itself.

Exit codes: 0, 64 usage, 70 a bug, 75 Redis is away, 77 not permitted, 78 configuration.
`;

async function work({ config, say }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory());
  const time = now();
  const call: Bark = {
    id: makeId(time),
    time: iso(time),
    host: config.name,
    tag: ROUNDS,
    monitor: ROUNDS,
    level: "ok",
    summary: "",
  };
  let fault: unknown;
  const planned = await plans(config, time).catch((error: unknown) => {
    fault = error;
    return [];
  });
  await broker.publish(
    "barks",
    [...planned, call].map((bark) => JSON.stringify(bark)),
  );
  // Behind the call: a rule that takes too long ends this process, and the rounds are made all the same.
  using asking = await rules(time).catch((error: unknown) => {
    fault ??= error;
    return undefined;
  });
  const asks = asking === undefined ? [] : [reactions(asking, config, say), alarms(asking, say)];
  for (const ask of asks) {
    const barks = await ask().catch((error: unknown) => {
      fault ??= error;
      return [];
    });
    if (barks.length > 0)
      await broker.publish(
        "barks",
        barks.map((bark) => JSON.stringify(bark)),
      );
  }
  // Whatever is wrong with the diary, or with rules, the rounds are made.
  if (fault !== undefined) throw fault;
}

/** Loads what asks by rules only where there are such. */
async function rules(now: Epoch): Promise<Asking | undefined> {
  const state = stateDirectory("reader");
  const texts = inForce(state);
  if (texts === undefined) return undefined;
  const { Asking } = await import("./asking.ts");
  return await Asking.open(texts, state, now);
}

/** What a hook has to say, when it is asked. */
type Ask = () => Promise<readonly Bark[]>;

const reactions =
  (asking: Asking, config: Config, say: Order["say"]): Ask =>
  async () => {
    const { reactedBy } = await import("./reflex.ts");
    return await reactedBy(asking, { state: stateDirectory("reader"), config, say });
  };

const alarms =
  (asking: Asking, say: Order["say"]): Ask =>
  async () => {
    const { alarmedBy } = await import("./alarm.ts");
    return alarmedBy(asking, say);
  };

/** Loads what reads diaries only where there is one. */
async function plans(config: Config, now: Epoch): Promise<readonly Bark[]> {
  if (config.diary.files.length === 0) return [];
  const { plannedBy } = await import("./agenda.ts");
  return await plannedBy(config, now);
}

/** The command `sheepdog-rounds`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-rounds", help: HELP, lasting: false, work },
    process.argv.slice(2),
  );
}
