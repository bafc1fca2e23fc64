import { behind } from "../logic/check.ts";
import { type Compiled, compile, type Program } from "../logic/compile.ts";
import { Fault, pointed } from "../logic/fault.ts";
import { asked, HOOKS } from "../logic/hooks.ts";
import { parse } from "../logic/parse.ts";
import { program } from "../logic/program.ts";
import type { Catalog } from "../logic/relation.ts";
import type { Parsed } from "../logic/term.ts";
import { Trouble } from "../trouble.ts";
import type { Text } from "./text.ts";

/** What files say of one predicate. */
export interface Defined {
  readonly name: string;
  readonly arity: number;
  /** Where it is; several for what Sheepdog asks itself. */
  readonly files: readonly string[];
  readonly clauses: number;
}

/** Rules that have been found to be right. */
export interface Book {
  readonly texts: readonly Text[];
  readonly program: Program;
  readonly defined: readonly Defined[];
  /** Asked of `host` and `tag` as of `now`, its parameters. */
  readonly mute: Compiled | undefined;
  readonly mailto: Compiled | undefined;
  /** Relations that rules of `react` rest on. */
  readonly resting: ReadonlySet<string>;
}

/** Reads rules, all files as one program.
 * @throws Trouble with the place, the line and the cure */
export function read(texts: readonly Text[], catalog: Catalog): Book {
  const defined = definedBy(texts);
  const all = texts.map(({ text }) => `${text}\n`).join("");
  try {
    const asking = { catalog, now: undefined, counted: true };
    const made = program(all, asking);
    const hook = (name: string): Compiled | undefined => {
      const call = asked(name, made.predicates.get(name)?.arity ?? -1);
      return call && compile({ ...made, query: [[call]] }, asking);
    };
    return {
      texts,
      program: made,
      defined,
      mute: hook("mute"),
      mailto: hook("mailto"),
      resting: behind("react", made.predicates),
    };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw located(error, texts);
  }
}

/** The statement of `alert`, or of `react`, as of a moment.
 * @param at  ms since 1970, where that is not now
 * @returns undefined where there are no rules of it */
export function hookQuery(
  hook: "alert" | "react",
  { program: made }: Book,
  now: number,
  at?: number,
): Compiled | undefined {
  const call = asked(hook, made.predicates.get(hook)?.arity ?? -1);
  const asking = { catalog: made.catalog, now, ...(at === undefined ? {} : { at }) };
  return call && compile({ ...made, query: [[call]] }, asking);
}

function whole(parsed: Parsed): Parsed {
  if (parsed.query === undefined) return parsed;
  throw new Fault(
    parsed.query.at,
    "a file with rules asks nothing",
    "put a full stop behind a rule, or take the question out",
  );
}

/** What files say, predicate by predicate.
 * @throws Trouble where that cannot be read, or is said in two places */
export function definedBy(texts: readonly Text[]): readonly Defined[] {
  const known = new Map<string, Defined>();
  for (const text of texts)
    for (const { head } of faulty(text, () => whole(parse(text.text))).clauses) {
      const { name, args, at } = head;
      const before = known.get(name) ?? { name, arity: args.length, files: [], clauses: 0 };
      const hook = Object.hasOwn(HOOKS, name) ? HOOKS[name] : undefined;
      faulty(text, () => {
        if (hook !== undefined && hook.columns.length !== args.length)
          throw new Fault(
            at,
            `${name} has ${args.length} arguments here`,
            `it takes ${hook.columns.length}: ${name}(${hook.columns.join(", ")})`,
          );
        const [other] = before.files;
        if (hook === undefined && other !== undefined && other !== text.file)
          throw new Fault(
            at,
            `${name} is defined in ${other}, too`,
            "put its rules into one file, or give one of them another name",
          );
      });
      const files = before.files.includes(text.file) ? before.files : [...before.files, text.file];
      known.set(name, { ...before, files, clauses: before.clauses + 1 });
    }
  return [...known.values()];
}

function faulty<Value>({ file, text }: Text, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw error instanceof Fault ? trouble(error, text, file) : error;
  }
}

/** Where in which file something of the whole is. */
function located(fault: Fault, texts: readonly Text[]): Trouble {
  let start = 0;
  for (const { file, text } of texts) {
    if (fault.at <= start + text.length)
      return trouble(new Fault(fault.at - start, fault.message, fault.advice), text, file);
    start += text.length + 1;
  }
  return new Trouble(fault.message, { kind: "configuration", advice: fault.advice });
}

const trouble = (fault: Fault, text: string, file: string): Trouble =>
  new Trouble(pointed(fault, text, file).trimEnd(), { kind: "configuration" });
