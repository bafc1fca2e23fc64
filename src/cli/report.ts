import { readFileSync, statSync } from "node:fs";
import { send } from "../broker/send.ts";
import { findConfig } from "../config/find.ts";
import { loadConfig } from "../config/load.ts";
import { Config } from "../config/schema.ts";
import { printable } from "../printable.ts";
import { exitCode } from "../process/outcome.ts";
import { ownInvocation } from "../systemd/invocation.ts";
import { nextRun } from "../systemd/timer.ts";
import { now } from "../time.ts";
import { errno, explain } from "../trouble.ts";
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

interface Configured {
  readonly config: Config;
  /** The user's own patterns of what is secret; undefined when there are some that cannot be read. */
  readonly patterns: readonly string[] | undefined;
  readonly fault?: string;
}

let read: Configured | undefined;

/** A configuration that cannot be read costs the settings, not the bark. Read once: it may be a pipe. */
export function configuration(given: string | undefined): Configured {
  read ??= load(given);
  return read;
}

function load(given: string | undefined): Configured {
  try {
    const { config } = loadConfig(given);
    return { config, patterns: config.redact };
  } catch (error) {
    const patterns = mentionsPatterns(given) ? undefined : [];
    return { config: Config.parse({}), patterns, fault: explain(error) };
  }
}

function mentionsPatterns(given: string | undefined): boolean {
  try {
    const file = findConfig(given);
    return file !== undefined && statSync(file).isFile() && readFileSync(file, "latin1").includes("redact");
  } catch (error) {
    return errno(error) === "EACCES"; // what is not there holds no patterns
  }
}
