import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { attributed } from "../author.ts";
import { named } from "../bark.ts";
import { box } from "../broker/box.ts";
import type { Message, Verdict } from "../broker/contract.ts";
import { openBroker } from "../broker/open.ts";
import { pause } from "../broker/pause.ts";
import { Spool } from "../broker/spool.ts";
import type { Config } from "../config/schema.ts";
import { spoolDirectory } from "../directories.ts";
import { plural } from "../plural.ts";
import { iso, milliseconds, seconds } from "../time.ts";
import { good, Trouble } from "../trouble.ts";
import { command, type Order } from "./command.ts";

/** What became of the barks in a spool. */
interface Flushed {
  readonly sent: number;
  /** What can never be sent; it is in the spool's queue `dead` now. */
  readonly dead: number;
  readonly left: number;
  /** Why some are left, or undefined. */
  readonly fault: Trouble | undefined;
}

/** How long a handler may take to empty the spool. */
const PATIENCE = seconds(60);

/** Barks that Redis is given at a time. */
const BATCH = 500;

/** Sends what waits in the spool to Redis, oldest first. A bark leaves the spool once Redis has it: after a kill
 * between the two it is in both, and its id makes it one.
 * @throws Trouble when the spool cannot be read, or another flush is at it */
async function flush(config: Config, spool: string, signal: AbortSignal): Promise<Flushed> {
  const { new: folder } = box(spool, "barks");
  let [sent, dead] = [0, 0];
  if (!existsSync(folder)) return { sent, dead, left: 0, fault: undefined };
  await using broker = await openBroker(config, spool);
  const stop = new AbortController();
  let fault: Trouble | undefined;
  async function take(batch: readonly Message[]): Promise<readonly Verdict[]> {
    const letters = batch.map(({ id, time, body, stranger }) => {
      const whole = named(body, { id, time: iso(time) });
      return stranger === undefined ? good(whole) : attributed(whole, id, stranger);
    });
    try {
      await broker.publish(
        "barks",
        letters.flatMap((letter) => (letter.ok ? [letter.value] : [])),
      );
    } catch (error) {
      fault = error as Trouble;
      stop.abort();
      throw error;
    }
    return letters.map((letter) => {
      if (!letter.ok) return { kind: "dead", reason: letter.fault };
      sent += 1;
      return { kind: "done" };
    });
  }
  await new Spool(spool).consume(
    "barks",
    {
      batch: BATCH,
      once: true,
      signal: AbortSignal.any([signal, stop.signal]),
      buried: (some) => (dead += some.length),
    },
    take,
  );
  return { sent, dead, left: await waiting(folder), fault };
}

const waits = (left: number): string => (left === 1 ? "1 waits" : `${left} wait`);

/** What there is to say of it: nothing when all is sent. */
function tell({ sent, dead, left, fault }: Flushed, ended: boolean): void {
  const buried = dead === 0 ? "" : `${dead} cannot be sent (see \`sheepdog dead list\`), `;
  if (fault !== undefined)
    throw new Trouble(`${sent} sent, ${buried}${waits(left)}: ${fault.message}`, fault);
  if (dead > 0)
    throw new Trouble(`${sent} sent, ${dead} cannot be sent`, {
      advice: "see `sheepdog dead list` for why",
    });
  if (left > 0 && !ended) throw new Trouble(`${sent} sent, ${waits(left)}`, { retry: "later" });
}

const HELP = `sheepdog-flush: send what waits in the spool to Redis, oldest first

  -c, --config FILE  configuration (sheepdog.toml)
      --until-empty  where no Redis is configured, wait for the handler to take what waits
  -h, --help         this text
      --version      the version

The spool is $SHEEPDOG_SPOOL or /var/spool/sheepdog.
Exit codes: 0 all sent, 64 usage, 69 some cannot be sent and are in \`dead\`, 70 a bug, 75 Redis is away and the
rest waits, or another flush is at it, 77 not permitted, 78 configuration.
`;

async function work({ config, flags, signal, say }: Order): Promise<void> {
  const spool = spoolDirectory();
  if (config.redis !== undefined) return tell(await flush(config, spool, signal), signal.aborted);
  if (flags.has("until-empty")) return await emptied(spool, signal);
  say("nothing to do: no Redis is configured, and the handler reads the spool itself");
}

/** What begins with a dot was put aside (see inbox.ts). */
const waiting = async (folder: string): Promise<number> =>
  (await readdir(folder)).filter((name) => !name.startsWith(".")).length;

/** Without Redis the spool is the handler's. Whoever started us because something is in it would do so again at once
 * if we left.
 * @throws Trouble when nobody takes it */
async function emptied(spool: string, signal: AbortSignal): Promise<void> {
  const { new: folder } = box(spool, "barks");
  const limit = performance.now() + milliseconds(PATIENCE);
  while (!signal.aborted) {
    const left = existsSync(folder) ? await waiting(folder) : 0;
    if (left === 0) return;
    if (performance.now() > limit)
      throw new Trouble(`nobody takes the ${plural(left, "bark")} in ${spool}`, {
        retry: "later",
        advice: "start sheepdog-handler, or configure the [redis] that they are to go to",
      });
    await pause(1000, signal);
  }
}

/** The command `sheepdog-flush`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-flush", help: HELP, flags: ["until-empty"], lasting: false, work },
    process.argv.slice(2),
  );
}
