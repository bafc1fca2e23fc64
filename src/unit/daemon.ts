import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Watched, indicator } from "../plugin/indicator.ts";
import { rhythmOf } from "../plugin/rhythm.ts";
import { watchedNames } from "../plugin/standard.ts";
import { type Arming, cronLine, DROP, dropIns, rhythmText, timerOf } from "../systemd/arm.ts";
import { ask } from "../systemd/ask.ts";
import { errno, Trouble } from "../trouble.ts";
import { command, type Order } from "./command.ts";
import { print } from "./print.ts";

const HELP = `sheepdog-daemon: let systemd read the indicators that are configured

  -c, --config FILE  configuration (sheepdog.toml), also for what reads the indicators
      --stop         disarm all
  -h, --help         this text
      --version      the version

It arms a timer for each table [indicators.NAME], and for a standard set where there is none or the configuration says
\`standard = true\`, says which, and leaves: reading is systemd's affair (\`systemctl list-timers 'sheepdog-*'\`, \`sheepdog indicators\`). Run again after an
edit, it arms and disarms what has changed. As a service: systemctl start, reload and stop sheepdog-daemon.

Without systemd it prints the lines of a crontab that do about the same.

Exit codes: 0, 64 usage, 69 systemd does not do it, 70 a bug, 77 not permitted, 78 configuration: then nothing has
changed.
`;

/** Where systemd looks for what holds until the next boot. */
const FOLDER = "/run/systemd/system";
/** Milliseconds: with many units, or while the machine boots, systemd takes its time to read them all anew. */
const PATIENCE = 60_000;

async function work({ config, file, place, flags, say }: Order): Promise<void> {
  const armings = flags.has("stop") ? [] : await Promise.all(watchedNames(config).map(one));
  if (!existsSync(FOLDER)) return crontab(armings, say);
  await change(armings);
  for (const { name, rhythm } of armings) say(`${name}: ${rhythmText(rhythm)}`);
  say(armings.length === 0 ? "nothing is armed" : `${armings.length} indicators are armed`);

  async function one(name: string): Promise<Arming> {
    const watched: Watched = await indicator(name, config, place);
    return {
      name,
      rhythm: rhythmOf(watched),
      timeout: watched.table.timeout,
      user: watched.table.user,
      unit: watched.plugin.unit,
      command: file === undefined ? undefined : [...reader(), `--config=${file}`],
    };
  }
}

function crontab(armings: readonly Arming[], say: (line: string) => void): void {
  say("there is no systemd here; for cron:");
  print("stdout", armings.map((arming) => `${cronLine(arming)}\n`).join(""));
}

/** Arms these, disarms all others. Timers whose drop-ins stay the same go on as they are. */
async function change(armings: readonly Arming[]): Promise<void> {
  const wanted = armings.map((arming) => ({ name: arming.name, files: dropIns(arming) }));
  const armed = armedNames();
  const gone = armed.filter((name) => !wanted.some((one) => one.name === name));
  const changed = wanted.filter(({ files }) =>
    files.some(({ path, text }) => read(join(FOLDER, path)) !== text),
  );
  try {
    if (gone.length > 0) await systemctl("stop", ...gone.map(timerOf));
    for (const name of gone)
      for (const kind of ["timer", "service"])
        remove(join(FOLDER, `sheepdog-indicator@${name}.${kind}.d`, DROP));
    for (const { path, text } of changed.flatMap(({ files }) => files)) write(join(FOLDER, path), text);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble(`cannot write below ${FOLDER} (${errno(error) ?? "unknown"})`, {
      advice: "run it as root: systemctl start sheepdog-daemon",
      cause: error,
    });
  }
  // Also where nothing has changed: the time before it may have been cut off between the two.
  await systemctl("daemon-reload");
  const restart = changed.filter(({ name }) => armed.includes(name)).map(({ name }) => timerOf(name));
  if (restart.length > 0) await systemctl("restart", ...restart);
  if (wanted.length > 0) await systemctl("start", ...wanted.map(({ name }) => timerOf(name)));
}

function armedNames(): readonly string[] {
  return readdirSync(FOLDER).flatMap((name) => {
    const [, armed] = /^sheepdog-indicator@(.+)\.timer\.d$/.exec(name) ?? [];
    return armed !== undefined && existsSync(join(FOLDER, name, DROP)) ? [armed] : [];
  });
}

async function systemctl(...words: readonly string[]): Promise<void> {
  if ((await ask("systemctl", words, { patience: PATIENCE })) !== undefined) return;
  throw new Trouble(`systemctl ${words.join(" ")} failed`, {
    advice: "see `journalctl -b -p warning`, and whether the units are installed",
  });
}

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // it is not there, or not ours: then it is written anew, and that says what is wrong
  }
};

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  writeFileSync(file, text, { mode: 0o644 });
}

function remove(file: string): void {
  rmSync(file, { force: true });
  try {
    rmdirSync(dirname(file));
  } catch {
    // something of somebody else's is in it, and stays
  }
}

/** sheepdog-indicator as it was installed with us: a command beside us, or a file that node is given. */
function reader(): readonly string[] {
  const own = process.argv[1] ?? "";
  const beside = own.replace(/sheepdog-daemon(\.cjs)?$/, "sheepdog-indicator$1");
  return beside.endsWith(".cjs") ? [process.execPath, beside] : [beside];
}

/** The command `sheepdog-daemon`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-daemon", help: HELP, flags: ["stop"], lasting: false, work },
    process.argv.slice(2),
  );
}
