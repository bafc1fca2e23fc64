import { readdirSync, unlinkSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Bark, LIMITS, type Run } from "../bark.ts";
import { leave } from "../broker/leave.ts";
import { readLetter } from "../broker/letter.ts";
import { placeOf } from "../broker/place.ts";
import { deliver } from "../broker/wire.ts";
import { loadConfig } from "../config/load.ts";
import { Config } from "../config/schema.ts";
import { secret } from "../config/secret.ts";
import { spoolDirectory } from "../directories.ts";
import { makeId } from "../id.ts";
import { printable } from "../printable.ts";
import { exitCode, type Outcome } from "../process/run.ts";
import { redactor } from "../redact.ts";
import { formatSpan, iso, now } from "../time.ts";
import { explain, type Result } from "../trouble.ts";
import { shortForm } from "./tag.ts";
import { complain, type Wrapped } from "./wrap.ts";

/** Tells about a job that has ended: makes the bark, leaves it in the spool, sends it from there when Redis
 * answers, and says on stderr what happened and where the bark went. Loaded only when there is something to tell. */
export async function report(wrapped: Wrapped): Promise<void> {
  const { config, fault } = configuration(wrapped.line.said.config);
  const bark = makeBark(wrapped, config);
  const failed = bark.level !== "ok";
  const memory = failed ? attempt(() => wrapped.barked.remember(bark.tag, bark.time)) : undefined;
  const sent = await send(bark, config);
  if (!failed && sent.safe) attempt(() => wrapped.barked.forget());
  if (failed) complain(printable(`[${bark.level}] ${bark.tag}: ${outcome(wrapped)}; ${sent.where}`));
  else if (!sent.safe) complain(printable(`[ok] ${bark.tag}: ${sent.where}`));
  if (memory !== undefined) complain(`cannot remember that it barked: ${memory}`);
  if (fault !== undefined) complain(`${fault}\nsheepdog: the bark went out under the defaults`);
}

/** A configuration that cannot be read costs the settings, not the bark. */
function configuration(file: string | undefined): { readonly config: Config; readonly fault?: string } {
  try {
    return { config: loadConfig(file).config };
  } catch (error) {
    return { config: Config.parse({}), fault: explain(error) };
  }
}

export function makeBark({ line, command, ended }: Wrapped, config: Config): Bark {
  const redact = redactor(config.redact);
  const text = redact(command.kind === "shell" ? command.line : command.vector.map(quote).join(" "));
  const { said } = line;
  const tag = said.tag === undefined ? shortForm(text) : redact(said.tag);
  const time = now();
  const bark = (capture: number): Bark => ({
    id: makeId(time),
    time: iso(time),
    host: config.name,
    user: user(),
    tag: tag.slice(0, LIMITS.tag),
    monitor: "error",
    level: exitCode(ended.outcome) === 0 ? "ok" : "fail",
    summary: inWords(ended.outcome, formatSpan(ended.elapsed)).slice(0, LIMITS.summary),
    elapsed: Number(ended.elapsed.toFixed(3)),
    content: { ...content(wrappedRun(text, ended, capture, redact)) },
    ...(said.mailto === undefined ? {} : { mailto: said.mailto.split(/[\s,]+/).filter((one) => one !== "") }),
    ...(said.expect === undefined ? {} : { expect: said.expect }),
  });
  // Escapes in JSON can make six bytes of one: shorten until it fits.
  let capture = config.capture;
  let made = bark(capture);
  while (Buffer.byteLength(JSON.stringify(made)) > LIMITS.bark && capture > 256)
    made = bark((capture = Math.floor(capture / 2)));
  return made;
}

const content = (run: Run): { readonly [Key in keyof Run]: Run[Key] } => run;

function wrappedRun(
  command: string,
  ended: Wrapped["ended"],
  capture: number,
  redact: (text: string) => string,
): Run {
  const { outcome } = ended;
  const stdout = ended.stdout.text(capture);
  const stderr = ended.stderr.text(capture);
  return {
    command: command.slice(0, capture),
    start: iso(ended.start),
    end: iso(ended.end),
    status: outcome.kind === "exited" ? outcome.status : null,
    signal: outcome.kind === "killed" ? outcome.signal : null,
    timeout: outcome.kind === "overran" ? outcome.limit : null,
    stdout: redact(stdout.text),
    stderr: redact(
      outcome.kind === "never-started" ? `${reason(outcome.errno)}\n${stderr.text}` : stderr.text,
    ),
    truncated: stdout.truncated || stderr.truncated,
  };
}

/** "exit 2 after 12s" */
function inWords(outcome: Outcome, elapsed: string): string {
  switch (outcome.kind) {
    case "exited":
      return outcome.status === 0 ? `done after ${elapsed}` : `exit ${outcome.status} after ${elapsed}`;
    case "killed":
      return `killed by ${outcome.signal} after ${elapsed}`;
    case "overran":
      return `stopped after ${elapsed}, longer than its limit of ${formatSpan(outcome.limit)}`;
    case "never-started":
      return `could not be started: ${reason(outcome.errno)}`;
    default:
      return outcome satisfies never;
  }
}

const reason = (errno: string): string =>
  ({ ENOENT: "command not found", EACCES: "not executable", E2BIG: "argument list too long" })[errno] ??
  errno;

const outcome = ({ ended }: Wrapped): string => inWords(ended.outcome, formatSpan(ended.elapsed));

function user(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown"); // a user id without an entry in passwd, as in containers
  }
}

/** An argument as a shell would need it. */
const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

function attempt(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return explain(error);
  }
}

interface Sent {
  /** Whether the bark is durable somewhere. */
  readonly safe: boolean;
  /** For a person. */
  readonly where: string;
}

/** The spool first, Redis from there: a bark is in one of them at any moment, and in both after a crash between. */
async function send(bark: Bark, config: Config): Promise<Sent> {
  const spool = spoolDirectory();
  const left = spooled(spool, bark);
  if (config.redis === undefined)
    return left.ok
      ? { safe: true, where: `bark in ${spool}` }
      : { safe: false, where: `bark LOST: ${left.fault}` };
  const waiting = left.ok ? others(left.value) : [];
  try {
    const bodies = [...waiting.map(({ body }) => body), JSON.stringify(bark)];
    await deliver(config.redis, config.redis.password ?? secret("redis", config.redis.secret), bodies);
    for (const { file } of waiting) attempt(() => unlinkSync(file));
    if (left.ok) attempt(() => unlinkSync(left.value));
    return { safe: true, where: `bark sent to ${placeOf(config.redis)}` };
  } catch (error) {
    const why = explain(error);
    return left.ok
      ? { safe: true, where: `bark waits in ${spool} (${why})` }
      : { safe: false, where: `bark LOST: ${why}, and ${left.fault}` };
  }
}

function spooled(spool: string, bark: Bark): Result<string, string> {
  try {
    return { ok: true, value: leave(spool, "barks", bark.id, JSON.stringify(bark)) };
  } catch (error) {
    return { ok: false, fault: explain(error) };
  }
}

interface Waiting {
  readonly file: string;
  readonly body: string;
}

/** Barks of earlier runs that wait beside ours, oldest first: who reaches the broker takes some along. Where
 * the spool may not be listed (the system's), sheepdog-flush does it. */
function others(mine: string): readonly Waiting[] {
  const folder = dirname(mine);
  try {
    return readdirSync(folder)
      .filter((name) => name < basename(mine))
      .sort()
      .slice(0, TAKEN_ALONG)
      .flatMap((name) => {
        const letter = readLetter(join(folder, name), LIMITS.bark);
        return letter.ok ? [{ file: join(folder, name), body: letter.value.body }] : []; // flush says what is wrong with it
      });
  } catch {
    return []; // not ours to list
  }
}
const TAKEN_ALONG = 100;
