import { type Bark, type Fact, LIMITS, readBark } from "../bark.ts";
import type { Action, Telling } from "./contract.ts";

/** What a receiver wants, once it is clear that it can be done. */
export interface Wanted {
  readonly facts: readonly Fact[];
  readonly notices: readonly Telling[];
  readonly barks: readonly (Partial<Bark> & Pick<Bark, "tag" | "level">)[];
  /** Why the bark itself is not kept; undefined where it is. */
  readonly drop: string | undefined;
}

/** Actions of one receiver for one bark, at the most. */
const MOST = 1000;
const KINDS = ["fact", "notice", "bark", "job", "drop"] as const;

/** Reads the actions that a receiver returned, or printed: foreign either way.
 * @throws Error that says which one is wrong, and the cure */
export function readActions(actions: unknown): Wanted {
  if (!Array.isArray(actions)) throw new Error("it returned no list of actions; return [] for nothing to do");
  if (actions.length > MOST) throw new Error(`it wants ${actions.length} actions, ${MOST} are allowed`);
  const facts: Fact[] = [];
  const notices: Telling[] = [];
  const barks: Wanted["barks"][number][] = [];
  let drop: string | undefined;
  for (const [at, action] of actions.entries()) {
    const wrong = (what: string): Error => new Error(`action ${at + 1}: ${what}`);
    const [kind] = KINDS.filter((kind) => isObject(action) && kind in action);
    const one = action as Extract<Action, object> & Readonly<Record<string, unknown>>;
    if (kind === undefined) throw wrong(`is none of ${KINDS.map((kind) => `{"${kind}": …}`).join(", ")}`);
    if (kind === "job")
      throw wrong(
        "asks for a job, and a receiver may not: let it tell a fact, and a rule react to that: react(Host, Job, Args) :- …",
      );
    if (kind === "drop") drop = String(one[kind]);
    if (kind === "fact") facts.push(probed({ facts: [one[kind]] }, wrong).facts?.[0] as Fact);
    if (kind === "notice") notices.push(notice(one[kind], wrong));
    if (kind === "bark") {
      probed(isObject(one[kind]) ? one[kind] : {}, wrong, true);
      barks.push(one[kind] as Wanted["barks"][number]);
    }
  }
  return { facts, notices, barks, drop };
}

type Wrong = (what: string) => Error;

function notice(value: unknown, wrong: Wrong): Telling {
  if (!isObject(value) || typeof value["summary"] !== "string" || value["summary"] === "")
    throw wrong('a notice needs a `summary`, one line: {"notice": {"summary": "…"}}');
  const { summary, text, to } = value;
  if (text !== undefined && (typeof text !== "string" || text.length > TEXT))
    throw wrong(`the \`text\` of a notice is text of at most ${TEXT} characters`);
  probed({ summary, mailto: to }, wrong);
  return value as unknown as Telling;
}
const TEXT = 64 * 1024;

/** A part of a bark, by the rules for barks. */
function probed(part: object, wrong: Wrong, whole = false): Bark {
  const rest = whole ? { host: "host" } : { host: "host", tag: "tag", level: "ok" };
  const parsed = readBark({ ...rest, ...part }, { id: "id", time: new Date(0).toISOString() });
  if (!parsed.ok) throw wrong(parsed.fault);
  return parsed.value;
}

/** Reads what a program printed: one action a line.
 * @throws Error that names the line */
export function parseActions(text: string): readonly unknown[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, at) => {
    if (line.length > LIMITS.bark) throw new Error(`line ${at + 1} is longer than a bark may be`);
    try {
      return JSON.parse(line) as unknown;
    } catch {
      throw new Error(`line ${at + 1} is no JSON; print one action a line, such as {"fact": ["room", 21]}`);
    }
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
