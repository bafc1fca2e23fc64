import { pause } from "../broker/pause.ts";
import { send } from "../broker/send.ts";
import { failureBark } from "../systemd/bark.ts";
import { concluded, failure, type Hint, lastFailed, type Records, records } from "../systemd/failure.ts";
import { isInvocation } from "../systemd/invocation.ts";
import { properties } from "../systemd/manager.ts";
import { nextStart } from "../systemd/timer.ts";
import { now } from "../time.ts";
import { Trouble } from "../trouble.ts";
import { command, type Order } from "./command.ts";

/** How long the journal may take to show what systemd knows already, in milliseconds. */
const PATIENCE = 2000;
/** And for how long it must show nothing new, to be believed that this was all. */
const QUIET = 150;

const HELP = `sheepdog-bark: bark that a unit has failed, with the last lines of just that run

  sheepdog-bark UNIT

  -c, --config FILE  configuration (sheepdog.toml)
  -h, --help         this text
      --version      the version

Meant for systemd, which says in the environment what it knows (MONITOR_INVOCATION_ID and so on, systemd.exec(5)).
One line in a unit of yours is enough:

  [Unit]
  OnFailure=sheepdog-bark@%n.service

This is for the system's units. In a unit of a user's own manager wrap the command, ExecStart=sheepdog -t TAG -- COMMAND:
any user may leave a bark in the spool.

A configuration that is wrong costs the settings, not the bark: that goes to the spool, with the host name of this
machine, and the log says what is wrong.

Exit codes: 0 the bark is safe, in Redis or in the spool, 64 usage, 69 there is no such unit, 70 a bug, 75 it could not
be kept anywhere.
`;

async function work({ config, patterns, words: [unit = ""], signal, say }: Order): Promise<void> {
  const hint = await about(unit, signal);
  const found = await settled(hint, signal);
  const [failed, due] = await Promise.all([failure(hint, found), nextStart(unit, now())]);
  const bark = failureBark(failed, { ...config, redact: patterns }, due);
  const sent = await send(bark, config);
  if (!sent.safe) throw new Trouble(sent.where, { retry: "later" });
  say(`${unit}: ${bark.summary}; ${sent.where}`);
}

/** What is known of the failure, best first: what systemd passed on, the unit as it is now where that has failed, the
 * journal, which may not have this failure yet and so shows the one before.
 * @throws Trouble when there is nothing of that name */
async function about(unit: string, signal: AbortSignal, environment = process.env): Promise<Hint> {
  const passed = (name: string): string | undefined => environment[`MONITOR_${name}`] || undefined;
  // Where several units set this one off at once systemd passes nothing on.
  if (passed("UNIT") === unit && isInvocation(passed("INVOCATION_ID")))
    return {
      unit,
      invocation: passed("INVOCATION_ID"),
      result: passed("SERVICE_RESULT"),
      code: passed("EXIT_CODE"),
      status: passed("EXIT_STATUS"),
    };
  const { ActiveState, LoadState, InvocationID, Result } = await properties(unit, [
    "ActiveState",
    "LoadState",
    "InvocationID",
    "Result",
  ]);
  const present: Hint = { unit, invocation: InvocationID?.find(isInvocation), result: Result?.[0] };
  if (ActiveState?.[0] === "failed") return present;
  const unknown = LoadState?.[0] === "not-found";
  const invocation = unknown ? await patiently(unit, signal) : await lastFailed(unit);
  if (invocation !== undefined) return { unit, invocation };
  if (unknown)
    throw new Trouble(`there is no unit ${unit}, and the journal knows of none that failed`, {
      advice: "give its whole name, such as backup.service",
    });
  return present;
}

/** A unit that systemd has forgotten may have failed just now. */
async function patiently(unit: string, signal: AbortSignal): Promise<string | undefined> {
  const limit = performance.now() + PATIENCE;
  for (;;) {
    const invocation = await lastFailed(unit);
    if (invocation !== undefined || signal.aborted || performance.now() > limit) return invocation;
    await pause(QUIET, signal);
  }
}

/** Waits until the journal has all of a run. What systemd itself says gets in before what came by a pipe, so the word
 * that the run failed is not the last one. */
async function settled(hint: Hint, signal: AbortSignal): Promise<Records> {
  const limit = performance.now() + PATIENCE;
  let found = await records(hint);
  while (hint.invocation !== undefined && !signal.aborted && performance.now() < limit) {
    const before = newest(found);
    await pause(QUIET, signal);
    found = await records(hint);
    if (concluded(found) && newest(found) === before) break;
  }
  return found;
}

/** By its cursor: of a run that writes much only the last lines are found, always as many. */
const newest = ({ own }: Records): string | undefined => own.at(-1)?.["__CURSOR"];

/** The command `sheepdog-bark`. */
export async function main(): Promise<void> {
  process.exitCode = await command(
    { name: "sheepdog-bark", help: HELP, words: ["UNIT"], lasting: false, regardless: true, work },
    process.argv.slice(2),
  );
}
