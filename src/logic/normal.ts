import { Fault } from "./fault.ts";
import type { Aggregate, Literal, Rule } from "./literal.ts";
import type { Clause, Compound, Constant, Goal, Term } from "./term.ts";
import { computable } from "./value.ts";
import { ABSENT, WORDS } from "./words.ts";

/** Makes rules that are lists of literals of what was read. */

/** Predicates that are not relations but compare texts, with how many arguments they take. */
export const TESTS: Readonly<Record<string, number>> = {
  prefix: 2,
  glob: 2,
  re: 2,
  version_at_least: 2,
};
const AGGREGATES = ["count", "sum", "max", "min"] as const;
/** Rules that one may become because of its `;`. */
const MOST = 256;
/** Arguments that anything may have. */
const WIDEST = 100;
/** Goals within goals, and what is computed within what is computed: what is nested deeper SQLite does not take. */
const DEEPEST = 60;
const DEEPEST_TERM = 200;

/** Makes rules of clauses. */
export class Normal {
  #fresh = 0;
  #depth = 0;

  rules({ head, body }: Clause): readonly Rule[] {
    const { name, args, at } = head;
    if (Object.hasOwn(WORDS, name))
      throw new Fault(at, `${name} is a word of the language already`, "give the rule another name");
    if (name.trim() === "" || /\p{Cc}/u.test(name))
      throw new Fault(at, "this is no name for a rule", "take letters, digits and _");
    wide(args, at);
    const renamed = args.map((arg) => this.#renamed(arg));
    const bodies = body === undefined ? [[]] : this.#bodies(body, undefined);
    return bodies.map((literals) => ({ name, args: renamed, body: literals, at }));
  }

  /** A goal as alternatives. */
  bodies(goal: Goal): readonly (readonly Literal[])[] {
    return this.#bodies(goal, undefined);
  }

  /** @param time  when relations are to hold */
  #bodies(goal: Goal, time: Term | undefined): readonly (readonly Literal[])[] {
    if (++this.#depth > DEEPEST)
      throw new Fault(goal.at, `more than ${DEEPEST} goals in one another`, "give parts of it names: rules");
    const bodies = this.#bodiesOf(goal, time);
    this.#depth--;
    return bodies;
  }

  #bodiesOf(goal: Goal, time: Term | undefined): readonly (readonly Literal[])[] {
    switch (goal.kind) {
      case "or":
        return limited(
          goal.goals.flatMap((one) => this.#bodies(one, time)),
          goal.at,
        );
      case "and":
        return goal.goals.reduce<readonly (readonly Literal[])[]>(
          (all, one) => {
            const more = this.#bodies(one, time);
            return limited(
              all.flatMap((left) => more.map((right) => [...left, ...right])),
              one.at,
            );
          },
          [[]],
        );
      case "not":
        // Not one of the alternatives holds.
        return [this.#bodies(goal.goal, time).map((body) => ({ kind: "not" as const, body, at: goal.at }))];
      case "compare":
        return [[{ ...goal, left: this.#renamed(goal.left), right: this.#renamed(goal.right) }]];
      case "aggregate":
        return [[this.#aggregate(goal, time)]];
      case "at":
        if (time !== undefined) throw new Fault(goal.at, "at() within at()", "take one of them out");
        return this.#bodies(goal.goal, this.#renamed(goal.time));
      case "during":
        return this.#during(goal, time);
      case "compound":
        return [this.#call(goal, time)];
      default:
        return goal satisfies never;
    }
  }

  #during(goal: Goal & { kind: "during" }, time: Term | undefined): readonly (readonly Literal[])[] {
    if (time !== undefined) throw new Fault(goal.at, "during() within at()", "take one of them out");
    const [since, until] = [this.#renamed(goal.since), this.#renamed(goal.until)];
    return this.#bodies(goal.goal, undefined).map((body) => {
      const calls = body.filter((one) => one.kind === "call");
      const others = body.filter((one) => one.kind !== "call");
      const odd = others.find(({ kind }) => kind !== "compare" && kind !== "test");
      if (odd !== undefined || calls.length === 0)
        throw new Fault(odd?.at ?? goal.at, "during() takes relations only", "write the rest beside it");
      return [{ kind: "during", calls, since, until, at: goal.at }, ...others];
    });
  }

  #aggregate(goal: Goal & { kind: "aggregate" }, time: Term | undefined): Aggregate {
    const { what, at } = goal;
    const name = what.kind === "variable" ? undefined : what.kind === "constant" ? what.value : what.name;
    const args = what.kind === "compound" ? what.args : [];
    const known = AGGREGATES.find((one) => one === name);
    if (known === undefined || args.length !== (known === "count" ? 0 : 1))
      throw new Fault(what.at, "no such aggregate", "there are count, sum(E), max(E) and min(E)");
    const of = args[0] && this.#renamed(args[0]);
    return {
      kind: "aggregate",
      name: known,
      of,
      bodies: this.#bodies(goal.goal, time),
      result: this.#renamed(goal.result),
      at,
    };
  }

  #call({ name, args, at }: Compound, time: Term | undefined): readonly Literal[] {
    if (args.length === 0 && (name === "true" || name === "fail" || name === "false"))
      return compared(name === "true" ? 0 : 1, at);
    const foreign = Object.hasOwn(ABSENT, name) && args.some(({ kind }) => kind === "compound");
    if (foreign) throw new Fault(at, `there is no ${name}`, ABSENT[name] ?? "");
    const written = Object.hasOwn(TESTS, name) && TESTS[name] === args.length ? undefined : WORDS[name];
    if (Object.hasOwn(WORDS, name) && written !== undefined)
      throw new Fault(at, `${name} is not written so`, `write ${written}`);
    const renamed = args.map((arg) => this.#renamed(arg));
    if (Object.hasOwn(TESTS, name) && TESTS[name] === args.length)
      return [{ kind: "test", name, args: renamed.map((arg, place) => tested(name, arg, place)), at }];
    wide(args, at);
    // known(Relation, Host, Time) is at(known(Relation, Host), Time).
    if (name === "known" && renamed.length === 3)
      return this.#plain(name, renamed.slice(0, 2), at, renamed[2]);
    return this.#plain(name, renamed, at, time);
  }

  /** What is computed in its arguments is compared beside it. */
  #plain(name: string, args: readonly Term[], at: number, time: Term | undefined): readonly Literal[] {
    const computed: Literal[] = [];
    const plain = args.map((arg): Term => {
      if (arg.kind !== "compound") return arg;
      const variable = this.#variable(arg.at);
      computed.push({ kind: "compare", name: "=", left: variable, right: arg, at: arg.at });
      return variable;
    });
    return [{ kind: "call", name, args: plain, at, ...(time === undefined ? {} : { time }) }, ...computed];
  }

  #renamed(term: Term, depth = 0): Term {
    if (term.kind === "variable") return term.name === "_" ? this.#variable(term.at) : term;
    if (term.kind === "constant") return bounded(term);
    if (term.kind === "hole") return term;
    if (depth > DEEPEST_TERM)
      throw new Fault(
        term.at,
        "too much is computed at once",
        "give parts of it names: X = A + B, Y = X + C",
      );
    computable(term);
    return { ...term, args: term.args.map((arg) => this.#renamed(arg, depth + 1)) };
  }

  /** No name that could be written is like this one. */
  #variable(at: number): Term {
    return { kind: "variable", name: `_${++this.#fresh}?`, at };
  }
}

/** Holds where it is compared with 0. */
const compared = (value: number, at: number): readonly Literal[] => [
  {
    kind: "compare",
    name: "=",
    left: { kind: "constant", value: 0, at },
    right: { kind: "constant", value, at },
    at,
  },
];

function wide(args: readonly Term[], at: number): void {
  if (args.length > WIDEST)
    throw new Fault(args[WIDEST]?.at ?? at, `more than ${WIDEST} arguments`, "make several of it");
}

function bounded(term: Constant): Constant {
  const { value, at } = term;
  if (typeof value === "string") return term;
  if (!Number.isFinite(value))
    throw new Fault(at, "no number is as large as that", "1e308 is the largest there is");
  return term;
}

/** What is wrong with a regular expression. */
function pattern(text: string): string | undefined {
  try {
    RegExp(text, "u");
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^.*\/u?: /s, "");
  }
}

/** A number is as its digits are. */
function tested(name: string, arg: Term, place: number): Term {
  if (arg.kind !== "constant") return arg;
  const wrong = name === "re" && place === 1 ? pattern(String(arg.value)) : undefined;
  if (wrong !== undefined)
    throw new Fault(arg.at, `this is no regular expression (${wrong})`, "it is written as in JavaScript");
  return { ...arg, value: String(arg.value) };
}

function limited<Body>(bodies: readonly Body[], at: number): readonly Body[] {
  if (bodies.length <= MOST) return bodies;
  throw new Fault(at, `its alternatives come to more than ${MOST} rules`, "give parts of it names: rules");
}
