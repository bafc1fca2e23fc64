import { join } from "node:path";
import type { Broker, Message, Verdict } from "../broker/contract.ts";
import { tryLogin } from "../broker/keys.ts";
import { openBroker } from "../broker/open.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { entry } from "../mail/entry.ts";
import { openTransport } from "../mail/transport.ts";
import { seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import { attend } from "./attend.ts";
import { command, type Order } from "./command.ts";
import { Delivery } from "./deliver.ts";
import { Hands } from "./hands.ts";
import type { Standing } from "./standing.ts";
import { takeOver } from "./takeover.ts";
import { print } from "./print.ts";

export interface Mailing {
  readonly config: Config;
  readonly broker: Broker;
  /** The state directory. */
  readonly state: string;
  /** Leave when the queue is empty. What was put off stays in it. */
  readonly once: boolean;
  /** Aborted: finish what is in hand, and leave. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly standing: Standing;
  /** Factor of all waits, for tests. */
  readonly pace?: number;
}

/** Takes notices off the queue `mail` and tells people, until it is stopped.
 * @throws Trouble when the settings cannot work, the state directory cannot be used, or with `once` another mailer
 * works with it */
export async function mail({
  config,
  broker,
  state,
  once,
  signal,
  log,
  standing,
  pace = 1,
}: Mailing): Promise<void> {
  const lock = await takeOver({
    file: join(state, "mailer.lock"),
    rival: "another mailer works with this state folder",
    once,
    signal,
    say: (waits) => log(entry(4, { waits })),
  });
  if (lock === undefined) return;
  try {
    await using delivery = await Delivery.open({ config, broker, state, log, pace });
    const deliver = (message: Message): Promise<Verdict> =>
      delivery.deliver(message).catch((error: unknown) => {
        log(entry(3, { message: message.id, fault: explain(error) }));
        throw error;
      });
    const hands = new Hands(deliver, once ? undefined : seconds(3 * pace));
    await attend(
      broker,
      {
        queue: "mail",
        batch: 20,
        once,
        signal,
        standing,
        ready: () => log(entry(6, { ready: broker.place, to: delivery.place })),
        lost: (why) => log(entry(4, { lost: broker.place, why: explain(why) })),
      },
      (batch) => hands.take(batch),
    );
    await hands.clear(seconds(30));
  } finally {
    lock[Symbol.dispose]();
  }
}

const HELP = `sheepdog-mailer: tell people what the policy decided to tell

  -c, --config FILE  configuration (sheepdog.toml)
      --once         send what waits, then leave
  -h, --help         this text
      --version      the version

What must be remembered is in $STATE_DIRECTORY, $SHEEPDOG_STATE or /var/lib/sheepdog.
Exit codes: 0, 64 usage, 69 cannot work, 70 a bug, 75 not now, try again, 77 not permitted, 78 configuration.
`;

async function check({ redis, mail: settings, name }: Config): Promise<void> {
  if (redis !== undefined) await tryLogin(redis, "mailer");
  openTransport(settings, name, stateDirectory("unit")); // it connects when it sends
}

async function serve({ config, flags, signal, standing }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory(), "mailer");
  const log = (text: string): void => print("stdout", text);
  await mail({
    config,
    broker,
    state: stateDirectory("unit"),
    once: flags.has("once"),
    signal,
    log,
    standing,
  });
}

/** The command `sheepdog-mailer`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-mailer", help: HELP, flags: ["once"], lasting: true, check, work: serve },
    process.argv.slice(2),
  );
}
