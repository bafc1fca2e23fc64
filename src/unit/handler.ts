import { join } from "node:path";
import type { Broker, Dead, Message, Verdict } from "../broker/contract.ts";
import { tryLogin } from "../broker/keys.ts";
import { openBroker } from "../broker/open.ts";
import type { Mail } from "../config/mail.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { Writer } from "../history/writer.ts";
import { parseBark } from "../bark.ts";
import { OPERATOR, REACTION } from "../monitors.ts";
import { operators, type Verified, verify } from "../operator/verify.ts";
import { makeLocalKey } from "../operator/local.ts";
import { makeReactionsKey } from "../reaction/key.ts";
import type { Statement } from "../reaction/statement.ts";
import { own, verify as verifyOwn } from "../reaction/verify.ts";
import { builtins } from "../plugin/builtin.ts";
import { Receivers, Unloaded } from "../plugin/receivers.ts";
import { type Rules, Ways } from "../policy/way.ts";
import { between, type Epoch, iso, later, milliseconds, now, seconds } from "../time.ts";
import { explain, type Result } from "../trouble.ts";
import { attend } from "./attend.ts";
import { Burials } from "./burials.ts";
import { command, type Order } from "./command.ts";
import { complaint } from "./complaint.ts";
import { Courier } from "./courier.ts";
import { hear } from "./hear.ts";
import { hurry } from "./hurry.ts";
import { release } from "./release.ts";
import { ruledBy, rulesBark, TAG, tryRules } from "./ruled.ts";
import { stale } from "./stale.ts";
import type { Standing } from "./standing.ts";
import { stir } from "./stir.ts";
import { takeOver } from "./takeover.ts";
import { print } from "./print.ts";

/** What a handler works with. */
export interface Handling extends Rules {
  readonly mail: Mail;
  /** Who may ask for something: a list of ssh-keygen's. */
  readonly signers: string;
  /** What this machine is called. */
  readonly name: string;
  /** Where plugins lie that are not built in. */
  readonly plugins: readonly string[];
  /** Files and folders with standing rules. */
  readonly rules: readonly string[];
  /** How far these may have machines do something. */
  readonly reactions: Config["reactions"];
  readonly broker: Broker;
  /** Folder of the history, and of the lock that makes this handler the only one. */
  readonly state: string;
  /** Leave when nothing is left to do. */
  readonly once: boolean;
  /** Aborted: finish the batch in hand and leave. */
  readonly signal: AbortSignal;
  /** Takes a line for whoever runs the handler. */
  readonly say: (line: string) => void;
  /** Takes the log of barks: whole lines, many at a time. */
  readonly log: (lines: string) => void;
  readonly standing: Standing;
}

/** What is gathered for longer than this waits for the rounds. */
const MOMENT = seconds(60);
/** Barks in one transaction at the most. Five times as many were no quicker. */
const BATCH = 1000;

/** Remembers and decides, until it is told to leave.
 * @throws Trouble when the history cannot be opened, or with `once` cannot be written, or its folder went away */
export async function handle(handling: Handling): Promise<void> {
  const file = join(handling.state, "handler.lock");
  const lock = await takeOver({ ...handling, file, rival: "another handler works on this history" });
  if (lock === undefined) return;
  try {
    await admit(handling);
    const writer = new Writer(join(handling.state, "history.db"));
    try {
      await work(writer, handling);
    } finally {
      writer[Symbol.dispose]();
    }
  } finally {
    lock[Symbol.dispose]();
  }
}

/** Lets the administrators of this machine in, and makes the key by which rules have machines do something: what nobody
 * may silence is watched all the same. */
async function admit({ state, say }: Handling): Promise<void> {
  for (const make of [makeLocalKey, makeReactionsKey])
    try {
      await make(state);
    } catch (error) {
      say(explain(error));
    }
}

/** The path of a bark: off the queue, into the history with all that follows from it, and only then acknowledged. */
async function work(writer: Writer, handling: Handling): Promise<void> {
  const { mail, policy, routes, expect, signers, name, plugins, broker, state } = handling;
  const { once, signal, say, log, standing } = handling;
  const courier = new Courier(writer, broker, say);
  const unwritable = complaint(say, "the history is written again");
  const away = complaint(say, `${broker.place} is back`);
  const burials = new Burials(say);
  const failed = new AbortController();
  const journal = process.env["JOURNAL_STREAM"] !== undefined;
  const receivers = new Receivers(plugins, say);
  const ways = new Ways({ policy, routes, expect });
  const ruled = await ruledBy(handling);
  const deeds = new Map<string, Result<Verified, string>>();
  const statements = new Map<string, Result<Statement, string>>();
  const { ruling, resting } = ruled;
  const known = { mail, policy, ways, name, receivers, deeds, statements, journal };
  const more = { ruling, resting, reactions: handling.reactions };
  const settings = { ...known, ...more, well: new Set(builtins()), fresh: true };
  const [whom, ours] = [operators(state, signers), own(state, name)];
  let gathering: NodeJS.Timeout | undefined;
  /** A transaction has failed, and may have been written nevertheless: then something waits to be carried. */
  let doubtful = false;

  async function take(messages: readonly Message[]): Promise<readonly Verdict[]> {
    if (messages.length === BATCH) hurry();
    await ask(messages);
    try {
      const { verdicts, log: lines, told, stirs, next } = hear(messages, writer, settings);
      unwritable.end();
      if (stirs) stirred();
      if (told || doubtful) courier.wake();
      expectNext(next);
      doubtful = false;
      log(lines);
      return verdicts;
    } catch (error) {
      if (error instanceof Unloaded) {
        await receivers.load(error.monitor);
        return take(messages);
      }
      if ((error as Error).name !== "Trouble") throw error;
      doubtful = true;
      unwritable.begin(error);
      if (once || (standing.supervised && stale(error))) failed.abort(error);
      throw error;
    }
  }

  /** Whether those who ask for something may: that takes a while, and is known before the transaction. */
  async function ask(messages: readonly Message[]): Promise<void> {
    deeds.clear();
    statements.clear();
    for (const { id, body } of messages) {
      if (!body.includes(`"${OPERATOR}"`) && !body.includes(`"${REACTION}"`)) continue;
      const bark = parseBark(body, { id, time: iso(now()) });
      if (bark.ok && bark.value.monitor === OPERATOR)
        deeds.set(id, await verify(bark.value.content, whom, now()));
      if (bark.ok && bark.value.monitor === REACTION)
        statements.set(id, await verifyOwn(bark.value, ours, now()));
    }
  }

  /** Where that cannot be written down, the next rounds will do. */
  function stirred(): void {
    try {
      stir(state);
    } catch (error) {
      say(`the rounds are not called for at once: ${(error as Error).message}`);
    }
  }

  /** How the rules are understood, where that is news. */
  function tellRules(): void {
    try {
      writer.transaction((batch) => {
        const bark = rulesBark(ruled.fault, batch.newest(batch.subject(name, TAG)), name, now());
        if (bark !== undefined) batch.post("barks", JSON.stringify(bark));
      });
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      unwritable.begin(error); // it is said in the log already
    }
  }

  /** A gathering of a moment is waited for here; what takes longer comes with the rounds. */
  function expectNext(next: Epoch | undefined): void {
    if (next === undefined || gathering !== undefined || between(now(), next) > MOMENT) return;
    gathering = setTimeout(() => gathered(), milliseconds(between(now(), next)));
  }

  function gathered(hasty = false): void {
    clearTimeout(gathering);
    gathering = undefined;
    try {
      const { next, posted } = writer.transaction((batch) => release(batch, policy, now(), hasty));
      if (posted) courier.wake();
      expectNext(next);
    } catch (error) {
      if ((error as Error).name !== "Trouble") throw error;
      unwritable.begin(error);
      expectNext(later(now(), MOMENT));
    }
  }

  tellRules();
  gathered(); // what was decided before, and told nobody
  courier.wake(); // what was committed before, and never left
  const attending = {
    queue: "barks",
    batch: BATCH,
    once,
    signal: AbortSignal.any([signal, failed.signal]),
    standing,
    ready: () => {
      away.end();
      say(`takes barks from ${broker.place}`);
    },
    lost: (why: unknown) => away.begin(why),
    buried: (dead: readonly Dead[]) => burials.tell(dead),
  };
  try {
    await attend(broker, attending, take);
  } finally {
    gathered(once);
    clearTimeout(gathering);
    burials[Symbol.dispose]();
    await courier[Symbol.asyncDispose]();
  }
  failed.signal.throwIfAborted();
}

const HELP = `sheepdog-handler: remember what barks say, and decide who is told

  -c, --config FILE  configuration (sheepdog.toml)
      --once         handle what waits, then leave
  -h, --help         this text
      --version      the version

Its unit lets it reach this machine alone. Where Redis is on another one, say so with systemctl edit sheepdog-handler:

  [Service]
  IPAddressAllow=10.0.0.5

The history is in $STATE_DIRECTORY, $SHEEPDOG_STATE or /var/lib/sheepdog.
Exit codes: 0, 64 usage, 69 cannot work, 70 a bug, 75 not now, try again, 77 not permitted, 78 configuration.
`;

async function check({ redis, rules }: Config): Promise<void> {
  await tryRules(rules, stateDirectory("unit"));
  if (redis !== undefined) await tryLogin(redis, "handler");
}

async function serve({ config, flags, signal, say, standing }: Order): Promise<void> {
  await using broker = await openBroker(config, spoolDirectory(), "handler");
  await handle({
    mail: config.mail,
    policy: config.policy,
    routes: config.routes,
    expect: config.expect,
    signers: config.operators.signers,
    name: config.name,
    plugins: config.plugins,
    rules: config.rules,
    reactions: config.reactions,
    broker,
    state: stateDirectory("unit"),
    once: flags.has("once"),
    signal,
    say,
    log: (lines) => print("stdout", lines),
    standing,
  });
}

/** The command `sheepdog-handler`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-handler", help: HELP, flags: ["once"], lasting: true, check, work: serve },
    process.argv.slice(2),
  );
}
