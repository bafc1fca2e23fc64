/** What a program is made of, as the grammar reads it. `at` is where in the text something begins, in UTF-16 units. */

export interface Variable {
  readonly kind: "variable";
  /** "_" is another one each time. */
  readonly name: string;
  readonly at: number;
}

/** A text and a quoted name are the same. */
export interface Constant {
  readonly kind: "constant";
  readonly value: string | number;
  /** Whether it is known to be one, in ms since 1970. */
  readonly moment?: true;
  readonly at: number;
}

export interface Compound {
  readonly kind: "compound";
  readonly name: string;
  readonly args: readonly Term[];
  readonly at: number;
}

/** A text that is not known before the statement is run: it is a parameter of that name. Nobody writes one. */
export interface Hole {
  readonly kind: "hole";
  readonly name: string;
  readonly at: number;
}

export type Term = Variable | Constant | Compound | Hole;

export type Comparison = "<" | "=<" | ">" | ">=" | "=" | "\\=";

export interface Compare {
  readonly kind: "compare";
  readonly name: Comparison;
  readonly left: Term;
  readonly right: Term;
  readonly at: number;
}

export type Goal =
  | Compound
  | Compare
  | { readonly kind: "and" | "or"; readonly goals: readonly Goal[]; readonly at: number }
  | { readonly kind: "not"; readonly goal: Goal; readonly at: number }
  | {
      readonly kind: "aggregate";
      readonly what: Term;
      readonly goal: Goal;
      readonly result: Term;
      readonly at: number;
    }
  | {
      readonly kind: "during";
      readonly goal: Goal;
      readonly since: Term;
      readonly until: Term;
      readonly at: number;
    }
  | { readonly kind: "at"; readonly goal: Goal; readonly time: Term; readonly at: number };

export interface Clause {
  readonly head: Compound;
  readonly body: Goal | undefined;
}

/** Of a relation that perhaps nothing has told of yet. */
export interface Declaration {
  readonly name: string;
  readonly arity: number;
  readonly at: number;
}

export interface Parsed {
  readonly declared: readonly Declaration[];
  readonly clauses: readonly Clause[];
  readonly query: Goal | undefined;
}

/** The variables of a term, each as often as it stands there. */
export function* variables(term: Term): Generator<Variable> {
  if (term.kind === "variable") yield term;
  else if (term.kind === "compound") for (const one of term.args) yield* variables(one);
}

/** A term with something else in place of its variables. */
export function substituted(term: Term, by: (variable: Variable) => Term): Term {
  if (term.kind === "variable") return by(term);
  return term.kind === "compound" ? { ...term, args: term.args.map((arg) => substituted(arg, by)) } : term;
}
