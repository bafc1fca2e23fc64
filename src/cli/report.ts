import { send } from "../broker/send.ts";
import { type Anyhow, loadAnyhow } from "../config/anyhow.ts";
import { printable } from "../printable.ts";
import { exitCode } from "../process/outcome.ts";
import { ownInvocation } from "../systemd/invocation.ts";
import { nextRun } from "../systemd/timer.ts";
import { now } from "../time.ts";
import { attempt } from "../attempt.ts";
import type { Command } from "../process/order.ts";
import type { Line } from "./options.ts";
import { beginning, witness } from "./witness.ts";
import { complain, type Wrapped } from "./wrap.ts";

/** Tells about a job that has ended: makes the bark, leaves it in the spool, sends it from there when Redis
 * answers, and says on stderr what happened and where the bark went. Loaded only when there is something to tell. */
export async function report(wrapped: Wrapped): Promise<void> {
  const { config, patterns, fault } = configuration(wrapped.line.said.config);
  const failed = exitCode(wrapped.ended.outcome) !== 0;
  // What is silent while all is well must not be missed.
  const comes = failed || regular(wrapped.line);
  const [due, invocation] = await Promise.all([
    comes ? nextRun(now()) : undefined,
    failed ? ownInvocation() : undefined,
  ]);
  const bark = witness(wrapped, config, { patterns, due, invocation });
  const memory = failed ? attempt(() => wrapped.barked.remember(bark.tag, bark.time)) : undefined;
  const sent = await send(bark, config);
  if (!failed && sent.safe) attempt(() => wrapped.barked.forget());
  if (failed) complain(printable(`[${bark.level}] ${bark.tag}: ${bark.summary}; ${sent.where}`));
  else if (!sent.safe) complain(printable(`[ok] ${bark.tag}: ${sent.where}`));
  if (memory !== undefined) complain(`cannot remember that it barked: ${memory}`);
  if (fault !== undefined) complain(`${fault}\nsheepdog: the bark went out under the defaults`);
}

/** Whether each run of the job barks. */
export const regular = ({ said }: Line): boolean => said.always !== undefined || said.expect !== undefined;

/** Tells that a job begins, beside it: so that one that never ends is missed. */
export async function begin(line: Line, command: Command): Promise<void> {
  const { config, patterns } = configuration(line.said.config);
  await send(beginning(line, command, config, patterns), config);
}

let read: Anyhow | undefined;

/** What the job is told of by. Read once: it may be a pipe. */
export function configuration(given: string | undefined): Anyhow {
  read ??= loadAnyhow(given);
  return read;
}
