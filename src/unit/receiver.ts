import { join } from "node:path";
import { type Bark, readBark } from "../bark.ts";
import type { Broker, Message, Verdict } from "../broker/contract.ts";
import { tryLogin } from "../broker/keys.ts";
import { openBroker } from "../broker/open.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { derivedId } from "../id.ts";
import { readActions } from "../plugin/actions.ts";
import { find } from "../plugin/find.ts";
import { receive, TIMEOUT } from "../plugin/receive.ts";
import { plural } from "../plural.ts";
import { printable } from "../printable.ts";
import { seconds } from "../time.ts";
import { explain } from "../trouble.ts";
import { attend } from "./attend.ts";
import { command, type Order } from "./command.ts";
import { complaint as complaining } from "./complaint.ts";
import { health } from "./follow.ts";
import { Hands } from "./hands.ts";

const HELP = `sheepdog-receiver: hand barks to receivers in other languages

  -c, --config FILE  configuration (sheepdog.toml)
      --once         hand over what waits, then leave
  -h, --help         this text
      --version      the version

A plugin that is a program is called as \`NAME receive\`, with the bark as JSON on stdin, and prints actions, one JSON
object a line. It has 30 seconds. Exit 0: done; 64: it receives nothing; 75: try again in a minute; anything else: the
bark is dead for it, see \`sheepdog dead list\`.

Exit codes: 0, 64 usage, 69 cannot work, 70 a bug, 75 not now, try again, 77 not permitted, 78 configuration.
`;

const AGAIN = seconds(60);
/** A batch waits for its slowest this long, then the next one is taken: nobody is held up by a plugin that is slow. */
const PATIENCE = seconds(1);

const DONE: Verdict = { kind: "done" };

/** What a receiving needs. */
interface Receiving {
  readonly plugins: readonly string[];
  /** What this machine is called. */
  readonly name: string;
  readonly broker: Pick<Broker, "publish">;
  /** Folder for pipes. */
  readonly pipes: string;
  /** Plugins of which it was said that they work. */
  readonly well: Set<string>;
}

/** The way of one bark through a program. */
async function handOver({ body }: Message, receiving: Receiving): Promise<Verdict> {
  const bark = barkOf(body);
  if (bark === undefined)
    return { kind: "dead", reason: "no bark; only sheepdog-handler writes to this queue" };
  const { name, broker, well } = receiving;
  const outcome = await ask(bark, receiving);
  if (outcome.kind === "later") return { kind: "later", after: AGAIN };
  if (outcome.kind === "dead") {
    well.delete(bark.monitor);
    await broker.publish("barks", [health(bark, name, outcome.fault)]);
    return { kind: "dead", reason: outcome.fault };
  }
  const news = outcome.works && !well.has(bark.monitor);
  if (news) well.add(bark.monitor); // before it is said: others are in hand, too
  const said = [
    ...(outcome.receipt === undefined ? [] : [outcome.receipt]),
    ...(news ? [health(bark, name, undefined)] : []),
  ];
  if (said.length > 0) await broker.publish("barks", said);
  return DONE;
}

type Outcome =
  | { readonly kind: "done"; readonly receipt: string | undefined; readonly works: boolean }
  | { readonly kind: "later" }
  | { readonly kind: "dead"; readonly fault: string };

async function ask(bark: Bark, { plugins, pipes }: Receiving): Promise<Outcome> {
  try {
    const found = find(bark.monitor, plugins);
    if (found.kind !== "executable") return { kind: "done", receipt: undefined, works: false };
    const received = await receive(found.file, bark, pipes);
    if (received.kind === "later") return received;
    if (received.kind === "nothing") return { kind: "done", receipt: undefined, works: false };
    return { kind: "done", receipt: receipt(bark, received.actions), works: true };
  } catch (error) {
    return { kind: "dead", fault: `${bark.monitor} receive: ${explain(error)}` };
  }
}

/** What is wanted, as a bark: its receiver (plugins/receipt.ts) hands it to the handler.
 * @throws Error when it cannot be done */
function receipt(bark: Bark, actions: readonly unknown[]): string | undefined {
  const { facts, notices, barks, drop } = readActions(actions);
  if (drop !== undefined) throw new Error("`drop` is for modules: a program gets a bark after it was kept");
  if (facts.length + notices.length + barks.length === 0) return undefined;
  return JSON.stringify({
    id: derivedId(bark.id, "receipt"),
    time: bark.time,
    host: bark.host,
    ...(bark.user === undefined ? {} : { user: bark.user }),
    ...(bark.mailto === undefined ? {} : { mailto: bark.mailto }),
    tag: `${bark.tag.slice(0, 200)} receiver`,
    monitor: "receipt",
    level: "ok",
    summary: `the receiver of ${bark.monitor} wants ${[
      counted(facts.length, "fact"),
      counted(notices.length, "notice"),
      counted(barks.length, "bark"),
    ]
      .flat()
      .join(", ")}`,
    ...(facts.length === 0 ? {} : { facts }),
    content: {
      bark: bark.id,
      actions: [...notices.map((notice) => ({ notice })), ...barks.map((one) => ({ bark: one }))],
    },
  });
}

const counted = (many: number, what: string): readonly string[] => (many === 0 ? [] : [plural(many, what)]);

function barkOf(body: string): Bark | undefined {
  try {
    const { bark } = JSON.parse(body) as { bark?: Partial<Bark> };
    const parsed = readBark(bark, { id: "", time: "1970-01-01T00:00:00Z" });
    return parsed.ok && parsed.value.id !== "" ? parsed.value : undefined;
  } catch {
    return undefined; // not JSON
  }
}

async function check({ redis }: Config): Promise<void> {
  if (redis !== undefined) await tryLogin(redis, "receiver");
}

async function work({ config, flags, signal, say, standing }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory(), "receiver");
  const receiving: Receiving = {
    plugins: config.plugins,
    name: config.name,
    broker,
    pipes: join(stateDirectory("unit"), "run"),
    well: new Set(),
  };
  const once = flags.has("once");
  const hands = new Hands((message) => handOver(message, receiving), once ? undefined : PATIENCE);
  const away = complaining(say, `${broker.place} is back`);
  await attend(
    broker,
    {
      queue: "receive",
      batch: 32,
      once,
      signal,
      standing,
      ready: () => {
        away.end();
        say(`takes barks for receivers from ${printable(broker.place)}`);
      },
      lost: (why) => away.begin(why),
    },
    (messages) => hands.take(messages),
  );
  await hands.clear(TIMEOUT);
}

/** The command `sheepdog-receiver`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-receiver", help: HELP, flags: ["once"], lasting: true, check, work },
    process.argv.slice(2),
  );
}
