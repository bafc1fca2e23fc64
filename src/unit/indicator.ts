import { join } from "node:path";
import type { Json } from "../bark.ts";
import { send } from "../broker/send.ts";
import { indicator, type Watched } from "../plugin/indicator.ts";
import { lastFolder, readLast, writeLast } from "../plugin/last.ts";
import { type Read, read } from "../plugin/read.ts";
import { iso, now } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { user } from "../user.ts";
import { command, type Order } from "./command.ts";

const HELP = `sheepdog-indicator: read one indicator, once, and bark what it says

  sheepdog-indicator NAME

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

NAME is a table [indicators.NAME] of the configuration, or a plugin: see \`sheepdog plugin list\`. How often it is read
is its timer's affair; sheepdog-daemon arms those that are configured, and by hand it is

  systemctl enable --now sheepdog-indicator@uptime.timer

What cannot be read is told as a bark with the level unknown. Exit codes: 0 the bark is safe, in Redis or in the spool,
64 usage, 70 a bug, 75 it could not be kept anywhere, 78 configuration.
`;

async function work({ config, place, words: [name = ""], say }: Order): Promise<void> {
  const folder = lastFolder();
  const watched = await indicator(name, config, place);
  const last = readLast(folder, name);
  const { bark, remember = last?.remember } = await look(watched, folder, last?.remember, config.name);
  const sent = await send({ ...bark, ...(await next()) }, config);
  if (!sent.safe) throw new Trouble(sent.where, { retry: "later" });
  const { time, level, summary } = bark;
  try {
    // After the bark: what was told is remembered, and not the other way round.
    writeLast(folder, name, { time, level, summary, remember });
  } catch (error) {
    say(`cannot remember this reading: ${explain(error)}`);
  }
}

/** When the next bark is due: within what the daemon has armed the timer with, or when systemd says. */
async function next(): Promise<{ readonly expect?: string; readonly due?: string }> {
  const expect = process.env["SHEEPDOG_EXPECT"];
  if (expect !== undefined && expect !== "") return { expect };
  const due = await (await import("../systemd/timer.ts")).nextRun(now());
  return due === undefined ? {} : { due: iso(due) };
}

function look(
  { name, plugin, settings, table }: Watched,
  folder: string,
  before: Json | undefined,
  host: string,
): Promise<Read> {
  return read(plugin, settings, {
    host,
    user: user(),
    tag: table.tag ?? name,
    mailto: table.mailto,
    before,
    timeout: table.timeout,
    pipes: join(folder, "run"),
  });
}

/** The command `sheepdog-indicator`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-indicator", help: HELP, words: ["NAME"], lasting: false, work },
    process.argv.slice(2),
  );
  // A plugin may have left something behind that never ends, such as a look at a dead disk.
  process.exit();
}
