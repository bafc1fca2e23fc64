import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../bark.ts";
import { send } from "../broker/send.ts";
import { stateDirectory } from "../directories.ts";
import { makeFolder } from "../folder.ts";
import { indicator, type Watched } from "../plugin/indicator.ts";
import { type Read, read } from "../plugin/read.ts";
import { nextRun } from "../systemd/timer.ts";
import { iso, now } from "../time.ts";
import { explain, Trouble } from "../trouble.ts";
import { user } from "../user.ts";
import { writeWhole } from "../whole.ts";
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
  const folder = stateFolder();
  const { bark, remember } = await look(name, folder, await indicator(name, config, place), config.name);
  const sent = await send({ ...bark, ...(await next()) }, config);
  if (!sent.safe) throw new Trouble(sent.where, { retry: "later" });
  // After the bark: what was told is remembered, and not the other way round.
  if (remember !== undefined) await keep(folder, name, remember, say);
}

/** When the next bark is due: within what the daemon has armed the timer with, or when systemd says. */
async function next(): Promise<{ readonly expect?: string; readonly due?: string }> {
  const expect = process.env["SHEEPDOG_EXPECT"];
  if (expect !== undefined && expect !== "") return { expect };
  const due = await nextRun(now());
  return due === undefined ? {} : { due: iso(due) };
}

function look(
  name: string,
  folder: string,
  { plugin, settings, table }: Watched,
  host: string,
): Promise<Read> {
  return read(plugin, settings, {
    host,
    user: user(),
    tag: table.tag ?? name,
    mailto: table.mailto,
    before: remembered(folder, name),
    timeout: table.timeout,
    pipes: join(folder, "run"),
  });
}

/** A unit has a folder of its own from systemd; by hand there is one for all. */
const stateFolder = (): string =>
  process.env["STATE_DIRECTORY"]?.split(":")[0] || join(stateDirectory("client"), "indicators");

function remembered(folder: string, name: string): Json | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Json;
  } catch {
    return undefined; // the first time, or cut short: the plugin begins anew
  }
}

async function keep(
  folder: string,
  name: string,
  remember: Json,
  say: (line: string) => void,
): Promise<void> {
  try {
    makeFolder(folder, 0o750);
    await writeWhole(join(folder, `${name}.json`), JSON.stringify(remember));
  } catch (error) {
    say(`cannot remember this reading: ${explain(error)}`);
  }
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
