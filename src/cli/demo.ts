import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { printable } from "../printable.ts";
import { Trouble } from "../trouble.ts";

/** A backup as it fails at night. */
const JOB =
  'echo "Creating archive etc-2026"; echo "Failed to create/acquire the lock /export/backup/lock.exclusive (timeout)." >&2; exit 2';

/** Shows the whole way of a bark, with the real commands, in a temporary folder: no Redis, no root, no configuration.
 * @returns the exit code */
export function demo(): number {
  const folder = mkdtempSync(join(tmpdir(), "sheepdog-demo-"));
  try {
    const stage = new Stage(folder);
    stage.say("A job fails. The wrapper is quiet but for one line, and leaves with the job's own exit code.");
    stage.run(2, "sheepdog", "-t", "BORG-ETC", "-e", JOB);
    stage.say("Its bark waits in the spool, which is the queue of a machine that has no Redis.");
    stage.show(folder, "spool/barks/new");
    stage.say(
      "The handler takes it: into the history, and a mail into the next queue. (It would run as a service.)",
    );
    stage.run(0, "sheepdog-handler", "--once");
    stage.run(0, "sheepdog", "list");
    stage.run(1, "sheepdog", "status");
    stage.say("The mailer sends it. No SMTP server is configured, so the mail is written to a file:");
    stage.run(0, "sheepdog-mailer", "--once");
    stage.show(folder, "state/mail");
    stage.say("The same failure again tells nobody anything new: no second mail.");
    stage.run(2, "sheepdog", "-t", "BORG-ETC", "-e", JOB);
    stage.run(0, "sheepdog-handler", "--once");
    stage.say("And when the job is well again, that is told once.");
    stage.run(0, "sheepdog", "-t", "BORG-ETC", "-e", "true");
    stage.run(0, "sheepdog-handler", "--once");
    stage.run(0, "sheepdog-mailer", "--once");
    stage.run(0, "sheepdog", "status");
    stage.say(`That was all of it. Everything was in ${folder}, which is removed now.`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs commands as a person at a terminal would, and shows what happens. */
class Stage {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #bold: (text: string) => string;

  constructor(folder: string) {
    const { PATH, LANG, LC_ALL, TZ } = process.env;
    this.#environment = {
      PATH,
      LANG,
      LC_ALL,
      TZ,
      HOME: folder,
      SHEEPDOG_STATE: join(folder, "state"),
      SHEEPDOG_SPOOL: join(folder, "spool"),
    };
    const colour = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
    this.#bold = (text) => (colour ? `\u001b[1m${text}\u001b[0m` : text);
  }

  say(text: string): void {
    process.stdout.write(`\n# ${text}\n\n`);
  }

  run(expected: number, command: string, ...args: readonly string[]): void {
    const words = args.map((word) => (/^[\w.-]+$/.test(word) ? word : `'${word}'`)).join(" ");
    process.stdout.write(`${this.#bold(`$ ${command} ${words}`)}\n`);
    const program = join(dirname(fileURLToPath(import.meta.url)), `${command}.cjs`);
    const { status } = spawnSync(program, args, {
      env: this.#environment,
      stdio: ["ignore", "inherit", "inherit"],
    });
    process.stdout.write(`(exit code ${status})\n\n`);
    if (status !== expected)
      throw new Trouble(`${command} left with ${status} where ${expected} was expected`, {
        advice: "see what it said above",
      });
  }

  /** The newest file of a folder. */
  show(folder: string, inside: string): void {
    const newest = readdirSync(join(folder, inside)).sort().at(-1);
    if (newest === undefined)
      throw new Trouble(`nothing arrived in ${inside}`, { advice: "see what the commands said above" });
    process.stdout.write(`${this.#bold(join(folder, inside, newest))}\n`);
    process.stdout.write(
      `${printable(readable(readFileSync(join(folder, inside, newest), "utf8")), "\n\t")}\n\n`,
    );
  }
}

/** A bark with a line for each key; a mail as a mail program shows it, out of its quoted-printable (RFC 2045). */
function readable(text: string): string {
  if (text.startsWith("{")) return JSON.stringify(JSON.parse(text), null, 2);
  const bytes = text
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8").replaceAll("\r", "").trimEnd();
}
