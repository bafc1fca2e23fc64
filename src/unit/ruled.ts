import { type Bark, LIMITS } from "../bark.ts";
import { derivedId } from "../id.ts";
import { RULES } from "../monitors.ts";
import { printable } from "../printable.ts";
import type { Book } from "../rules/book.ts";
import { enforce, inForce } from "../rules/force.ts";
import type { Ruling } from "../rules/ruling.ts";
import { type Text, texts } from "../rules/text.ts";
import { type Epoch, iso } from "../time.ts";
import { explain } from "../trouble.ts";

/** The subject that says how the files with rules are understood. */
export const TAG = "RULES";

interface Ruled {
  /** What the handler asks of the rules; undefined where there are none. */
  readonly ruling: Ruling | undefined;
  /** Relations that rules of `react` rest on. */
  readonly resting: ReadonlySet<string>;
  /** What is wrong with the files: then these are the rules that were in force before. */
  readonly fault: string | undefined;
}

/** Reads the rules, and puts them in force. Never throws for what is wrong with them. */
export async function ruledBy({
  rules,
  state,
  say,
}: {
  readonly rules: readonly string[];
  readonly state: string;
  readonly say: (line: string) => void;
}): Promise<Ruled> {
  try {
    const found = texts(rules);
    const book = await bookOf(found, state);
    await enforce(state, found);
    return { ...(await rulingOf(book, say)), fault: undefined };
  } catch (error) {
    const fault = explain(error);
    say(`goes on with the rules that were in force: ${fault}`);
    return { ...(await rulingOf(await before(state, say), say)), fault };
  }
}

async function rulingOf(
  book: Book | undefined,
  say: (line: string) => void,
): Promise<Pick<Ruled, "ruling" | "resting">> {
  if (book === undefined) return { ruling: undefined, resting: new Set() };
  const { Ruling } = await import("../rules/ruling.ts");
  return { ruling: new Ruling(book, say), resting: book.resting };
}

async function before(state: string, say: (line: string) => void): Promise<Book | undefined> {
  try {
    return await bookOf(inForce(state) ?? [], state);
  } catch (error) {
    say(`goes on without rules: ${explain(error)}`);
    return undefined;
  }
}

/** Tries the rules of a configuration.
 * @throws Trouble when they are wrong */
export async function tryRules(rules: readonly string[], state: string): Promise<void> {
  await bookOf(texts(rules), state);
}

/** Loads what reads rules only where there are some. */
async function bookOf(found: readonly Text[], state: string): Promise<Book | undefined> {
  if (found.length === 0) return undefined;
  const [{ read }, { relationsIn }] = await Promise.all([
    import("../rules/book.ts"),
    import("../rules/relations.ts"),
  ]);
  return read(found, relationsIn(state));
}

/** The bark that says how the rules are understood: one subject, told as any other that goes bad and is well again.
 * @param before  what was barked of it last
 * @returns undefined where that says the same */
export function rulesBark(
  fault: string | undefined,
  before: Bark | undefined,
  host: string,
  now: Epoch,
): Bark | undefined {
  const known = before?.content?.["fault"];
  if (fault === (typeof known === "string" ? known : undefined)) return undefined;
  const [line = ""] = (fault ?? "").split("\n");
  return {
    // While nobody hears it, it is the same one.
    id: derivedId(RULES, host, before?.id ?? "", fault ?? ""),
    time: iso(now),
    host,
    tag: TAG,
    monitor: RULES,
    level: fault === undefined ? "ok" : "warning",
    summary:
      fault === undefined
        ? "the rules are understood"
        : `${printable(line).slice(0, LIMITS.summary - 100)}; those that were in force stay`,
    ...(fault === undefined ? {} : { content: { fault } }),
  };
}
