import { random, uuid } from "../id.ts";
import { properties } from "./manager.ts";
import { ownUnit } from "./self.ts";

/** systemd names every run of a unit by 128 random bits, its invocation. What barks about one run have ids that
 * begin alike, so that the history sees that they tell of the same thing. */

/** Of what a bark tells, in the last eight digits of its id. */
export type Aspect = "failure" | "memory" | "recovery";
const SUFFIX: Readonly<Record<Aspect, string>> = {
  failure: "00000000",
  memory: "00000001",
  recovery: "00000002",
};

/** The id of a bark about one run of a unit: the same whoever saw it, and however often.
 * @param invocation  32 hexadecimal digits */
export const idOf = (invocation: string, aspect: Aspect): string => named(invocation, SUFFIX[aspect]);

/** The id of what runs in the unit as its main process and barks for itself. */
export const ownIdOf = (invocation: string): string =>
  named(invocation, `f${random(4).toString("hex").slice(1)}`);

const named = (invocation: string, suffix: string): string => uuid(`${invocation.slice(0, 24)}${suffix}`);

export const isInvocation = (text: string | undefined): text is string => /^[0-9a-f]{32}$/.test(text ?? "");

/** The invocation this very process stands for: it is the main process of a unit, and the unit fails when it does.
 * What prepares, reloads or ends a unit looks the same to itself, and so does a command that may fail (`-`): systemd is
 * asked. Where it does not answer, two barks are better than none. */
export async function ownInvocation({ env, pid } = process): Promise<string | undefined> {
  const invocation = env["INVOCATION_ID"];
  if (env["SYSTEMD_EXEC_PID"] !== String(pid) || !isInvocation(invocation)) return undefined;
  const [unit, scope] = ownUnit();
  if (unit === undefined) return undefined;
  const { MainPID = [], ExecStart = [] } = await properties(unit, ["MainPID", "ExecStart"], scope);
  const tolerated = ExecStart.some(
    (line) => line.includes(`; ignore_errors=yes ; `) && started(line) === pid,
  );
  return MainPID[0] === String(pid) && !tolerated ? invocation : undefined;
}

/** "{ path=… ; argv[]=… ; ignore_errors=no ; start_time=[…] ; stop_time=[n/a] ; pid=318 ; code=(null) ; status=0/0 }" */
const started = (line: string): number =>
  Number(/ ; pid=(\d+) ; code=[^;]* ; status=[^;]*\}$/.exec(line)?.[1]);
