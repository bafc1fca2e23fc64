import { openBroker } from "../broker/open.ts";
import { spoolDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { ROUNDS } from "../policy/run.ts";
import { iso, now } from "../time.ts";
import { command, type Order } from "./command.ts";

const HELP = `sheepdog-rounds: call the handler to make its rounds

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

What time alone brings is looked at then: what was expected and did not come, reminders, silences that are over, mail
that was held back, the digest. It is called by sheepdog-rounds.timer, once a minute, on the machine where the handler
runs; without systemd a line of its crontab does as well:

  * * * * * sheepdog-rounds

The call goes through the queue of barks, so that all that came before it is heard first. While Redis is away it is not
kept: what nobody could look at then, the handler knows by itself.

Exit codes: 0, 64 usage, 70 a bug, 75 Redis is away, 77 not permitted, 78 configuration.
`;

async function work({ config }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory());
  const time = now();
  const call = {
    id: makeId(time),
    time: iso(time),
    host: config.name,
    tag: ROUNDS,
    monitor: ROUNDS,
    level: "ok",
  };
  await broker.publish("barks", [JSON.stringify(call)]);
}

/** The command `sheepdog-rounds`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-rounds", help: HELP, lasting: false, work },
    process.argv.slice(2),
  );
}
