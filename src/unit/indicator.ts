import { uptime } from "node:os";
import type { Bark } from "../bark.ts";
import { send } from "../broker/send.ts";
import type { Config } from "../config/schema.ts";
import { makeId } from "../id.ts";
import { nextRun } from "../systemd/timer.ts";
import { formatSpan, iso, now, seconds } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { user } from "../user.ts";
import { command, type Order } from "./command.ts";

/** What an indicator has read. */
type Reading = Pick<Bark, "level" | "summary" | "facts">;

/** Indicators by name: each is read once a start. */
const INDICATORS: Readonly<Record<string, () => Reading>> = {
  uptime: () => {
    const up = Math.floor(uptime());
    return { level: "ok", summary: `up ${formatSpan(seconds(up))}`, facts: [["uptime", up]] };
  },
};

const NAMES = Object.keys(INDICATORS).join(", ");

const HELP = `sheepdog-indicator: read one indicator, once, and bark what it says

  sheepdog-indicator NAME

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

Indicators: ${NAMES}. How often one is read is its timer's affair:

  systemctl enable --now sheepdog-indicator@uptime.timer

Exit codes: 0 the bark is safe, in Redis or in the spool, 64 usage, 70 a bug, 75 it could not be kept anywhere, 78
configuration.
`;

async function work({ config, words: [name = ""] }: Order): Promise<void> {
  const read = Object.hasOwn(INDICATORS, name) ? INDICATORS[name] : undefined;
  if (read === undefined)
    throw new Trouble(`there is no indicator "${name}"`, {
      kind: "configuration",
      advice: `there is ${NAMES}`,
    });
  const sent = await send(await bark(name, read(), config), config);
  if (!sent.safe) throw new Trouble(sent.where, { retry: "later" });
}

async function bark(name: string, reading: Reading, config: Config): Promise<Bark> {
  const time = now();
  const due = await nextRun(time);
  return {
    id: makeId(time),
    time: iso(time),
    host: config.name,
    user: user(),
    tag: name,
    monitor: "indicator",
    ...reading,
    ...(due === undefined ? {} : { due: iso(due) }),
  };
}

/** The command `sheepdog-indicator`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-indicator", help: HELP, words: ["NAME"], lasting: false, work },
    process.argv.slice(2),
  );
}
