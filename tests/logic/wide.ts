/** Wider programs than those of programs.ts: predicates of one to three arguments, numbers that are computed in heads,
 * aggregates of what is known and of each that there is something of, texts, and what lasted from when until when. Each
 * is written twice: for us, its goals in any order, and for Prolog, in one that it can follow and in its own words. */

export const NAMES = ["a", "ab", "abc", "b", "ba"] as const;

/** Chooses; it is handed from outside, so that what failed can be had again, and smaller. */
export type Pick = <Value>(all: readonly Value[]) => Value;
type Kind = "t" | "n";

interface Goal {
  readonly ours: string;
  /** Where Prolog has other words. */
  readonly theirs?: string;
}

/** What rules say of, with the kinds of its arguments. Those of one letter call each other. */
const PREDICATES: readonly (readonly [name: string, kinds: string, group: string])[] = [
  ["p0", "tt", "a"],
  ["p1", "tt", "a"],
  ["p2", "t", "b"],
  ["p3", "tn", "c"],
  ["p4", "tt", "d"],
  ["p5", "tt", "d"],
  ["p6", "tt", "d"],
  ["p7", "ttn", "e"],
  ["p8", "n", "f"],
];
export const TABLED = PREDICATES.map(([name, kinds]) => `${name}/${kinds.length}`);
export const RELATIONS = ["edge/2", "node/1", "weight/2", "near/3", "clock/1", "on/4"];

const VARIABLES = { t: ["X", "Y", "Z"], n: ["M", "N", "K"] } as const;

class Body {
  readonly goals: Goal[] = [];
  readonly known = { t: new Set<string>(), n: new Set<string>() };
  readonly #pick: Pick;
  #fresh = 0;
  /** Whether an aggregate is of each: what else says which ones would make it one of what is known. */
  #each = false;

  constructor(pick: Pick) {
    this.#pick = pick;
  }

  /** A variable, or at times a constant. */
  term(kind: Kind): string {
    if (this.#pick([0, 0, 0, 0, 0, 0, 0, 1]) === 1)
      return kind === "t" ? this.#pick(NAMES) : String(this.#pick([0, 1, 2]));
    const name = this.#pick<string>(VARIABLES[kind]);
    this.known[kind].add(name);
    return name;
  }

  terms(kinds: string): string {
    return Array.from(kinds, (kind) => this.term(kind as Kind)).join(", ");
  }

  fresh(): string {
    return `F${++this.#fresh}`;
  }

  /** A variable that is known already; if there is none, one that becomes known. */
  some(kind: Kind): string {
    const all = [...this.known[kind]];
    if (all.length > 0) return this.#pick(all);
    const name = VARIABLES[kind][0];
    this.known[kind].add(name);
    this.goals.push({ ours: kind === "t" ? `node(${name})` : `weight(_, ${name})` });
    return name;
  }

  base(): void {
    const kind = this.#pick([
      "edge",
      "edge",
      "weight",
      "near",
      "node",
      "on",
      "at",
      "during",
      "common",
      "ruled",
      "lasting",
    ] as const);
    switch (kind) {
      case "on": {
        const terms = this.terms("tn");
        this.goals.push({ ours: `on(${terms})`, theirs: `on(${terms}, _, 1000000)` });
        return;
      }
      case "at": {
        const terms = this.terms("tn");
        const [time, since, until] = [this.some("n"), this.fresh(), this.fresh()];
        this.goals.push({
          ours: `at(on(${terms}), ${time})`,
          theirs: `on(${terms}, ${since}, ${until}), clock(${time}), ${since} =< ${time}, ${time} < ${until}`,
        });
        this.goals.push({ ours: `clock(${time})` });
        return;
      }
      case "ruled": {
        // Rules as of then: of each row, or of a moment that is certain.
        const [name, terms] = [this.#pick(["was", "off"]), this.terms("tn")];
        const certain = this.#pick([true, false]);
        const time = certain ? String(this.#pick([1, 4])) : this.some("n");
        this.goals.push({
          ours: `at(${name}(${terms}), ${time})`,
          theirs: `clock(${time}), ${name}_at(${terms}, ${time})`,
        });
        if (!certain) this.goals.push({ ours: `clock(${time})` });
        return;
      }
      case "lasting": {
        const [name, number] = [this.term("t"), this.term("n")];
        const [since, until] = [this.fresh(), this.fresh()];
        this.goals.push({
          ours: `during(lasts(${name}, ${number}), ${since}, ${until}), ${until} > 3`,
          theirs: `on(${name}, ${number}, ${since}, ${until}), ${number} > 0, ${until} > 3`,
        });
        return;
      }
      case "during": {
        const [terms, limit] = [this.terms("tn"), this.#pick([1, 3, 5])];
        const [since, until] = [this.fresh(), this.fresh()];
        this.goals.push({
          ours: `during(on(${terms}), ${since}, ${until}), ${until} > ${limit}, ${since} < ${limit + 3}`,
          theirs: `on(${terms}, ${since}, ${until}), ${until} > ${limit}, ${since} < ${limit + 3}`,
        });
        return;
      }
      case "common": {
        const name = VARIABLES.n.find((each) => !this.known.n.has(each));
        if (name === undefined) return this.base();
        this.known.n.add(name);
        const [one, other] = [this.terms("tn"), this.terms("tn")];
        const [a, b, c, d, since, until] = Array.from({ length: 6 }, () => this.fresh());
        this.goals.push({
          ours: `during((on(${one}), on(${other})), ${name}, ${until})`,
          theirs: `on(${one}, ${a}, ${b}), on(${other}, ${c}, ${d}), ${since} is max(${a}, ${c}), ${until} is min(${b}, ${d}), ${since} < ${until}, ${name} = ${since}`,
        });
        return;
      }
      default: {
        const kinds = { edge: "tt", weight: "tn", near: "ttn", node: "t" }[kind];
        this.goals.push({ ours: `${kind}(${this.terms(kinds)})` });
      }
    }
  }

  /** Of what is known. */
  test(): void {
    const kind = this.#pick(["compare", "same", "text", "less", "sum"] as const);
    switch (kind) {
      case "compare": {
        const name = this.#pick(["<", "=<", ">", ">=", "=:=", "=\\="]);
        const [one, other] = [this.some("n"), this.some("n")];
        this.goals.push({ ours: `${one} * 2 - 1 ${name} ${other} + ${this.#pick([0, 1, 2])}` });
        return;
      }
      case "same":
        this.goals.push({
          ours: `${this.some("t")} ${this.#each ? "\\=" : this.#pick(["=", "\\="])} ${this.#pick([this.some("t"), "ab"])}`,
        });
        return;
      case "text": {
        const [one, end] = [this.some("t"), this.#pick(["a", "b", "c"])];
        this.goals.push(
          this.#pick([
            { ours: `prefix(${one}, ${end})` },
            { ours: `glob(${one}, '${end}*')`, theirs: `prefix(${one}, ${end})` },
            { ours: `re(${one}, '${end}$')`, theirs: `suffix(${one}, ${end})` },
          ]),
        );
        return;
      }
      case "less":
        this.goals.push({ ours: `${this.some("n")} mod 3 =:= ${this.some("n")} // 2` });
        return;
      case "sum": {
        const [one, result] = [this.some("n"), this.fresh()];
        this.goals.push({ ours: `${result} is ${one} * ${one} - 1, ${result} > ${this.#pick([0, 3])}` });
        return;
      }
      default:
        kind satisfies never;
    }
  }

  /** Of what is known, or of each, which the head must tell then. */
  aggregate(head: boolean): { readonly result: string; readonly each: string | undefined } {
    const pick = this.#pick;
    const [how, result] = [pick(["count", "max(A)", "min(A)", "sum(A)"]), this.fresh()];
    const unknown = VARIABLES.t.find((name) => !this.known.t.has(name));
    const each = unknown !== undefined && head && pick([true, false]);
    const shared = each ? unknown : this.some("t");
    const goal = pick([
      `weight(${shared}, A)`,
      `(edge(${shared}, B), weight(B, A))`,
      `near(${shared}, B, A)`,
      `(weight(${shared}, A), \\+ node(${shared}))`,
      `(weight(${shared}, A) ; near(B, ${shared}, A))`,
      `(near(${shared}, B, A), \\+ edge(B, ${shared}))`,
    ]);
    const own = [...new Set(goal.match(/\b[AB]\b/g))].join(", ");
    const theirs = `aggregated([${each ? shared : ""}], ${how.slice(0, 3)}, A, [${own}], ${goal}, ${result})`;
    this.goals.push({ ours: `aggregate_all(${how}, ${goal}, ${result})`, theirs });
    this.known.t.add(shared);
    this.#each = each;
    return { result, each: each ? shared : undefined };
  }

  deny(): void {
    const pick = this.#pick;
    const one = this.some("t");
    this.goals.push(
      pick<Goal>([
        { ours: `\\+ edge(${one}, ${this.some("t")})` },
        { ours: `\\+ (edge(${one}, Q), weight(Q, R), R > 1)` },
        { ours: `\\+ (edge(${one}, Q) ; weight(${one}, ${this.some("n")}))` },
        { ours: `\\+ \\+ node(${one})` },
        { ours: `\\+ (edge(${one}, Q), \\+ edge(Q, ${one}))` },
        { ours: `\\+ on(${one}, _)`, theirs: `\\+ on(${one}, _, _, 1000000)` },
      ]),
    );
  }
}

/** Rules that are asked of then. */
const OURS = `was(X, N) :- on(X, N). was(X, M) :- near(X, _, M), on(X, M).
off(X, N) :- weight(X, N), \\+ was(X, N).
lasts(X, N) :- on(X, N), N > 0.`;
const THEIRS = `was_at(X, N, T) :- on(X, N, S, U), S =< T, T < U.
was_at(X, M, T) :- near(X, _, M), on(X, M, S, U), S =< T, T < U.
off_at(X, N, T) :- weight(X, N), \\+ was_at(X, N, T).`;

export interface Program {
  readonly ours: string;
  readonly theirs: string;
  readonly goal: string;
  readonly open: readonly string[];
}

/** A program, and a question of one of its predicates. */
export function program(pick: Pick): Program {
  const ours: string[] = [OURS];
  const theirs: string[] = [THEIRS];
  for (const [index, [name, kinds, group]] of PREDICATES.entries()) {
    const count = pick([1, 2, 3]);
    for (let one = 0; one < count; one++) {
      const made = rule(pick, { index, name, kinds, group });
      ours.push(made.ours);
      theirs.push(made.theirs);
    }
  }
  const [name, kinds] = pick(PREDICATES);
  const args = Array.from(kinds, (kind, place) =>
    pick([true, false]) ? `V${place}` : kind === "t" ? pick(NAMES) : String(pick([0, 1, 2, 3])),
  );
  return {
    ours: ours.join("\n"),
    theirs: theirs.join("\n"),
    goal: `${name}(${args.join(", ")})`,
    open: args.filter((arg) => arg.startsWith("V")),
  };
}

interface Head {
  readonly index: number;
  readonly name: string;
  readonly kinds: string;
  readonly group: string;
}

function rule(
  pick: Pick,
  { index, name, kinds, group }: Head,
): { readonly ours: string; readonly theirs: string } {
  const body = new Body(pick);
  body.base();
  if (pick([true, false])) body.base();
  const own = PREDICATES.filter(([, , other]) => other === group && "ad".includes(group));
  const again = Array.from({ length: own.length === 0 ? 0 : pick([0, 0, 1, 1, 2]) }, () => pick(own));
  for (const [called, those] of again) body.goals.unshift({ ours: `${called}(${body.terms(those)})` });
  const lower = PREDICATES.slice(0, index).filter(([, , other]) => other !== group);
  if (lower.length > 0 && pick([true, false])) {
    const [called, those] = pick(lower);
    const call = { ours: `${called}(${body.terms(those)})` };
    body.goals.push(
      pick([true, false, false])
        ? { ours: `(${call.ours} ; ${called}(${call.ours.slice(called.length + 1, -1)}))` }
        : call,
    );
  }
  const result =
    again.length === 0 && pick([true, false, false]) ? body.aggregate(kinds.startsWith("t")) : undefined;
  if (pick([true, false])) body.test();
  if (pick([true, false, false])) body.deny();
  const computed: string[] = [];
  const heads = Array.from(kinds, (kind, place) => {
    if (kind === "t") return place === 0 && result?.each !== undefined ? result.each : body.some("t");
    if (result !== undefined && pick([true, false])) return result.result;
    const known = body.some("n");
    // What is computed in a recursion has no end.
    return pick([`${known} + 1`, `${known} * 2 - ${body.some("n")}`, known]);
  });
  const plain = heads.map((head, place) => {
    if (!head.includes(" ")) return head;
    computed.push(`H${place} is ${head}`);
    return `H${place}`;
  });
  const order = (goal: Goal): number =>
    /^\\\+|^[A-Z]|^prefix|^suffix/.test(goal.theirs ?? goal.ours)
      ? 3
      : goal.theirs?.startsWith("aggregated") === true
        ? 2
        : /is max|clock|> 0/.test(goal.theirs ?? "")
          ? 1
          : 0;
  const sorted = body.goals.toSorted((one, other) => order(one) - order(other));
  const ours = body.goals.map((goal) => goal.ours);
  // Order does not matter to us.
  if (pick([true, false])) ours.reverse();
  return {
    ours: `${name}(${heads.join(", ")}) :- ${ours.join(", ")}.`,
    theirs: `${name}(${plain.join(", ")}) :- ${[...sorted.map((goal) => goal.theirs ?? goal.ours), ...computed].join(", ")}.`,
  };
}
