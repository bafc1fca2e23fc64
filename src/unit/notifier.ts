import { join } from "node:path";
import type { Broker, Message, Verdict } from "../broker/contract.ts";
import { tryLogin } from "../broker/keys.ts";
import { openBroker } from "../broker/open.ts";
import type { Receiver } from "../config/receiver.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { entry } from "../mail/entry.ts";
import { Sent } from "../mail/sent.ts";
import { Troubles } from "../mail/troubles.ts";
import { type Means, openWay } from "../notify/open.ts";
import { tagOf, type Way } from "../notify/outcome.ts";
import { now } from "../time.ts";
import { explain } from "../trouble.ts";
import { Ailing } from "./ailing.ts";
import { attend } from "./attend.ts";
import { chorus } from "./chorus.ts";
import { command, type Order } from "./command.ts";
import { Errand } from "./errand.ts";
import type { Standing } from "./standing.ts";
import { takeOver } from "./takeover.ts";

export interface Notifying {
  readonly config: Config;
  readonly broker: Broker;
  /** The state directory. */
  readonly state: string;
  /** Leave when the queues are empty. What was put off stays in them. */
  readonly once: boolean;
  /** Aborted: finish what is in hand, and leave. */
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly standing: Standing;
  /** Factor of all waits, for tests. */
  readonly pace?: number;
}

/** Takes parcels off the queues `notify:NAME` and tells people by the receivers that are configured, each for itself:
 * one that fails or hangs delays no other. Where there are none it leaves.
 * @throws Trouble when the state directory cannot be used, or with `once` another notifier works with it */
export async function notify(notifying: Notifying): Promise<void> {
  const { config, broker, state, once, signal, log, standing } = notifying;
  const lock = await takeOver({
    file: join(state, "notifier.lock"),
    rival: "another notifier works with this state folder",
    once,
    signal,
    say: (waits) => log(entry(4, { waits }, WHAT)),
  });
  if (lock === undefined) return;
  try {
    await using sent = await Sent.open(join(state, "notified"), now());
    const troubles = await Troubles.open(join(state, "notify-troubles"));
    const ailing = new Ailing({ name: config.name, monitor: WHAT, broker, troubles, log });
    for (const tag of troubles.tags)
      if (!Object.keys(config.receivers).some((name) => tag === tagOf(name)))
        await ailing.well(tag, "there is no such receiver any more");
    if (Object.keys(config.receivers).length > 0) return await sideBySide(notifying, { sent, ailing });
    log(entry(6, { leaves: NOBODY }, WHAT));
    standing.ready(NOBODY);
  } finally {
    lock[Symbol.dispose]();
  }
}

const WHAT = "notify";
const NOBODY = "there are no receivers besides mail";

/** What all receivers share. */
interface Memory {
  readonly sent: Sent;
  readonly ailing: Ailing;
}

async function sideBySide(
  { config, broker, state, once, signal, log, standing, pace = 1 }: Notifying,
  memory: Memory,
): Promise<void> {
  const receivers = Object.entries(config.receivers);
  const means = { pipes: join(state, "run"), write: log };
  const parts = chorus(
    standing,
    receivers.map(([name]) => name),
  );
  // A bug in one of them ends all: then the unit is started again.
  const leave = new AbortController();
  const abort = (): void => leave.abort();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  const works = receivers.map(async ([name, receiver], at) => {
    const way = wayTo(name, receiver, means);
    const shared = { once, signal: leave.signal, standing: parts[at] ?? standing };
    const errand = new Errand({ name, way, retry: receiver.retry, log, pace, ...shared, ...memory });
    const attending = {
      ...shared,
      queue: `notify:${name}`,
      // Nothing shows that it lives while it waits for an answer: so it waits for one at a time.
      batch: 1,
      ready: () => log(entry(6, { to: name, ready: broker.place, by: way.place }, WHAT)),
      lost: (why: Error) => log(entry(4, { to: name, lost: broker.place, why: explain(why) }, WHAT)),
    };
    const take = (messages: readonly Message[]): Promise<readonly Verdict[]> =>
      Promise.all(messages.map((message) => errand.deliver(message)));
    await attend(broker, attending, take);
  });
  for (const work of works) work.catch(abort);
  await Promise.allSettled(works);
  signal.removeEventListener("abort", abort);
  await Promise.all(works);
}

/** One that is configured wrongly keeps none of the others from being told, and what it is to be told waits. */
function wayTo(name: string, receiver: Receiver, means: Means): Way {
  try {
    return openWay(name, receiver, means);
  } catch (error) {
    if ((error as Error).name !== "Trouble") throw error;
    const reason = explain(error);
    means.write(entry(3, { to: name, fault: reason }, WHAT));
    return {
      place: receiver.kind,
      tell: () => Promise.resolve({ kind: "later", reason, whose: "receiver" }),
    };
  }
}

const HELP = `sheepdog-notifier: tell people by the receivers besides mail

  -c, --config FILE  configuration (sheepdog.toml)
      --once         tell what waits, then leave
  -h, --help         this text
      --version      the version

Each table [receivers.NAME] is a way to tell people: ntfy, a webhook, a program, the journal. What one does not take
for now is tried again for as long as its \`retry\` says; what it refuses is dead, see \`sheepdog dead list\`, and that is
barked. One that fails delays no other. Where there are none it leaves; after the first is configured, start it.
\`sheepdog receivers test NAME\` tries one.

What must be remembered is in $STATE_DIRECTORY, $SHEEPDOG_STATE or /var/lib/sheepdog.
Exit codes: 0, 64 usage, 69 cannot work, 70 a bug, 75 not now, try again, 77 not permitted, 78 configuration.
`;

async function check({ redis, receivers }: Config): Promise<void> {
  if (redis !== undefined) await tryLogin(redis, "notifier");
  for (const [name, receiver] of Object.entries(receivers))
    openWay(name, receiver, { pipes: join(stateDirectory("unit"), "run"), write: () => undefined });
}

async function serve({ config, flags, signal, standing }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory(), "notifier");
  const log = (text: string): void => void process.stdout.write(text);
  const state = stateDirectory("unit");
  await notify({ config, broker, state, once: flags.has("once"), signal, log, standing });
}

/** The command `sheepdog-notifier`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-notifier", help: HELP, flags: ["once"], lasting: true, check, work: serve },
    process.argv.slice(2),
  );
}
