import { LIMITS } from "../bark.ts";
import type { Asker, Value } from "../history/asker.ts";
import type { Compiled } from "../logic/compile.ts";
import { NAME, NAMING } from "../name.ts";
import { bad, good, type Result } from "../trouble.ts";

/** Answers of `react` at the most, and characters of one value. */
const MOST = 10_000;
const LONGEST = 1024;
/** How a rule says that a job takes no arguments. */
const NONE = "none";

/** What rules want machines to do. */
export interface Wanted {
  readonly job: string;
  /** By name, in the order of their names. */
  readonly args: Readonly<Record<string, string>>;
  /** Nobody twice, in the order of their names. */
  readonly hosts: readonly string[];
}

export interface Reacted {
  readonly wanted: readonly Wanted[];
  /** Whether these are all. */
  readonly whole: boolean;
  /** Answers of which nothing comes, and why. */
  readonly odd: readonly string[];
}

/** Asks what machines are to do.
 * @param query  of `react`; undefined where there are no rules of it
 * @throws Trouble when there is no answer */
export function reactionsOf(asker: Asker, query: Compiled | undefined): Reacted {
  if (query === undefined) return { wanted: [], whole: true, odd: [] };
  const { rows, more } = asker.ask(query.sql, query.parameters, MOST);
  const groups = new Map<string, { job: string; args: Record<string, string>; hosts: Set<string> }>();
  const odd: string[] = [];
  for (const row of rows) {
    const [host = "", job = "", written = ""] = row.map(text);
    const args = argsOf(written);
    const why = unusable(host, job) ?? (args.ok ? undefined : args.fault);
    if (why !== undefined || !args.ok) {
      const shown = [host, job, written].map((one) => JSON.stringify(one.slice(0, 60))).join(", ");
      odd.push(`react(${shown}): ${why}`);
      continue;
    }
    const key = JSON.stringify([job, args.value]);
    const group = groups.get(key) ?? { job, args: args.value, hosts: new Set<string>() };
    groups.set(key, group);
    group.hosts.add(host);
  }
  const wanted = [...groups.values()].map((one) => ({ ...one, hosts: [...one.hosts].sort() }));
  return { wanted, whole: !more, odd };
}

function unusable(host: string, job: string): string | undefined {
  if (host === "") return "its host is empty";
  if (host.length > LIMITS.host) return `its host is longer than ${LIMITS.host} characters`;
  return NAME.test(job) ? undefined : `no job is called so; ${NAMING}`;
}

/** What `args(name, Value, …)` has come to. */
function argsOf(written: string): Result<Record<string, string>, string> {
  if (written === NONE) return good({});
  const made = object(written);
  if (made === undefined) return bad("its arguments are made by args(name, Value, …), or none");
  const pairs = Object.entries(made).sort(([one], [other]) => (one < other ? -1 : 1));
  for (const [name, value] of pairs) {
    if (!/^[a-z][a-z0-9_]{0,30}$/.test(name)) return bad(`${JSON.stringify(name)} is no name of an argument`);
    if (typeof value !== "string") return bad(`its argument ${name} comes to nothing`);
    if (value.length > LONGEST) return bad(`its argument ${name} is longer than ${LONGEST} characters`);
  }
  return good(Object.fromEntries(pairs) as Record<string, string>);
}

function object(written: string): Readonly<Record<string, unknown>> | undefined {
  if (!written.startsWith("{")) return undefined;
  try {
    return JSON.parse(written) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

const text = (value: Value): string => (value === null ? "" : String(value));
