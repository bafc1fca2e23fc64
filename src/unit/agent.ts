import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Broker, Message, Verdict } from "../broker/contract.ts";
import { tryLogin } from "../broker/keys.ts";
import { openBroker } from "../broker/open.ts";
import { Spool } from "../broker/spool.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory, stateDirectory } from "../directories.ts";
import { derivedId } from "../id.ts";
import { refusalBark } from "../job/bark.ts";
import { glance } from "../job/judge.ts";
import { bootId } from "../job/ledger.ts";
import { JOB } from "../monitors.ts";
import { printable } from "../printable.ts";
import { allowance } from "../ssh/allowance.ts";
import { iso, now, seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { attend } from "./attend.ts";
import { command, type Order } from "./command.ts";
import { complaint } from "./complaint.ts";
import { behind, own, ownDesk, SOCKET } from "./decider.ts";
import { HOME, lawOf } from "./desk.ts";
import { answer, carry } from "./results.ts";
import { takeOver } from "./takeover.ts";

const HELP = `sheepdog-agent: let others have jobs run on this machine

  -c, --config FILE  configuration (sheepdog.toml)
      --once         do what waits, then leave
  -h, --help         this text
      --version      the version

What may be run stands in the files NAME.toml of /etc/sheepdog/jobs.d ([jobs], \`folder\`): a program and its arguments,
what may be filled in, who may ask, and as which user it runs. Who that is says the signature of the request, by the list
of \`signers\`. The agent itself can do nothing: it hands requests to sheepdog-job.socket, behind which they are checked,
and sends back what became of them. Without systemd it runs what needs neither timers nor a sandbox itself.

Keys of such a file:

  run        the program with its whole path, and its arguments; {NAME} alone is a hole
  undo       what ends what \`run\` has done, when the lease is over
  lease      how long that holds, such as "1h"
  allow      who may ask, as the list of signers calls them; * stands for anything
  user       who runs it
  timeout    when it is stopped; "5min" when absent
  overlap    whether it may run beside itself; false when absent
  about      what it is for
  [arguments.NAME]  what may be in a hole: type = "ip" (family, within, except), "int" (least, most), "enum" (values),
             "path" (under) or "regex" (pattern, of the whole); default and about for all of them
  [unit]     sandbox and limits of its unit, as systemd has them: MemoryMax = "1G"

Exit codes: 0, 64 usage, 69 cannot work, 70 a bug, 75 not now, try again, 77 not permitted, 78 configuration.
`;

const AGAIN = seconds(10);
/** How long another agent of our name must have said nothing before what it took is ours: it is one that was ended. */
const GONE = seconds(15);
/** Requests a minute that are checked in earnest. */
const MOST = 120;

/** Under which name this agent takes requests: no other one has it, be it in a copy of this machine, or in a container
 * beside this one. */
function nameIn(state: string): string {
  const file = join(state, "agent.id");
  if (!existsSync(file)) writeFileSync(file, randomUUID());
  return `${hostname()}-${derivedId(readFileSync(file, "utf8"), bootId()).slice(0, 8)}`;
}

async function work(order: Order): Promise<void> {
  const { config, flags, signal, say, standing } = order;
  const once = flags.has("once");
  const state = stateDirectory("unit");
  const post = { file: join(state, "agent.lock"), rival: "another agent is at it", once, signal, say };
  using lock = await takeOver(post);
  if (lock === undefined) return;
  await using broker = await openBroker(config, spoolDirectory(), "agent", {
    consumer: nameIn(state),
    gone: GONE,
  });
  const systemd = existsSync(SOCKET);
  const home = systemd ? HOME : join(state, "jobs");
  const decider = systemd ? behind : own(ownDesk(config, home));
  const law = lawOf(config);
  const checked = allowance(MOST, seconds(60));
  const away = complaint(say, `${broker.place} is back`);
  const stuck = complaint(say, "requests are decided on again");
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);

  async function handle(message: Message): Promise<Verdict> {
    const seen = glance(message.body, law, now(), checked);
    if (!seen.ok) {
      const bark = refusalBark(seen.fault, message.id, config);
      await broker.publish("barks", [JSON.stringify(bark)]);
      await answer(bark, broker);
      say(printable(bark.summary));
      return { kind: "done" };
    }
    const served = await decider.take(message);
    if (served.done) {
      stuck.end();
      return { kind: "done" };
    }
    stuck.begin(new Trouble(served.why));
    return { kind: "later", after: AGAIN };
  }

  /** What was under way when somebody was ended. */
  async function resume(): Promise<void> {
    const served = await decider.recover();
    if (!served.done) stuck.begin(new Trouble(served.why));
    if (both.aborted || (served.done && served.unsettled !== true)) return;
    setTimeout(() => void resume(), 15_000).unref();
  }

  const results = carry(new Spool(home), broker, { once: false, signal: both });
  await resume();
  try {
    await attend(
      broker,
      {
        queue: `jobs:${config.name}`,
        batch: 1,
        once,
        signal,
        standing,
        ready() {
          away.end();
          say(`takes jobs for ${printable(config.name)} from ${printable(broker.place)}`);
        },
        lost: (why) => away.begin(why),
        rivals: (others) => void tellRivals(others, config, broker).catch(() => undefined),
      },
      async (messages) => {
        const verdicts: Verdict[] = [];
        for (const message of messages) verdicts.push(await handle(message));
        return verdicts;
      },
    );
  } finally {
    stop.abort();
    await results;
  }
  if (once) await carry(new Spool(home), broker, { once: true, signal });
}

/** Two agents of one name take each other's requests away: that is told, once a day at the most. */
async function tellRivals(others: readonly string[], { name }: Config, broker: Broker): Promise<void> {
  const time = now();
  const day = iso(time).slice(0, 10);
  await broker.publish("barks", [
    JSON.stringify({
      id: derivedId(JOB, name, "rivals", day, ...others),
      time: iso(time),
      host: name,
      tag: "jobs twin",
      monitor: JOB,
      level: "fail",
      summary: printable(
        `another agent takes jobs for ${name}, too: ${others.join(", ")}; give each machine a \`name\` of its own`,
      ).slice(0, 1000),
    }),
  ]);
}

async function check({ redis }: Config): Promise<void> {
  if (redis !== undefined) await tryLogin(redis, "agent");
}

/** The command `sheepdog-agent`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-agent", help: HELP, flags: ["once"], lasting: true, check, work },
    process.argv.slice(2),
  );
}
