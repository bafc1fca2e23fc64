import { Fault } from "./fault.ts";
import { callsOf, type Rule } from "./literal.ts";

/** What a SELECT reads, and how much it says of it. */
export interface Size {
  /** Names of the predicates, each as often as it is read. */
  readonly predicates: readonly string[];
  /** Number of other tables. */
  readonly tables: number;
  readonly conditions: number;
  readonly at: number;
}

/** With all that SQLite puts into it of what it reads. */
export interface Sum {
  readonly tables: number;
  readonly conditions: number;
}

/** Of a SELECT: SQLite takes 64 tables, and expressions 1000 deep. */
const TABLES = 60;
const CONDITIONS = 500;
/** Of a compound SELECT; SQLite takes 500. */
const RULES = 450;
/** Each mention of a predicate is read anew, with all that it mentions; SQLite takes 65,535. */
const READS = 20_000;
/** How often a value may be computed of what was computed, before it is kept. */
const COMPUTED = 3;
/** How often what is denied, or counted, asks of what is. */
const DENIED = 100;

/** How large rules become. SQLite puts a predicate of one rule into what reads it, to use its indexes, and does not look
 * whether that is too much then: what is to be kept apart is named here. */
export class Sizes {
  readonly #sums = new Map<string, Sum>();
  readonly #reads = new Map<string, number>();
  readonly #computed = new Map<string, number>();
  readonly #denied = new Map<string, number>();
  /** What is to be kept apart: AS MATERIALIZED. */
  readonly apart = new Set<string>();

  /** @throws Fault where a SELECT is too much even so */
  fit({ predicates, tables, conditions, at }: Size): Sum {
    for (;;) {
      const all = { tables, conditions };
      let next: { readonly name: string; readonly weight: number } | undefined;
      for (const name of predicates) {
        const sum = this.#sum(name);
        all.tables += sum.tables;
        all.conditions += sum.conditions;
        const weight = sum.tables + sum.conditions;
        if (weight > (next?.weight ?? 1)) next = { name, weight };
      }
      if (all.tables <= TABLES && all.conditions <= CONDITIONS) return all;
      if (next === undefined) {
        const what = all.tables > TABLES ? `${TABLES} relations` : `${CONDITIONS} conditions`;
        throw new Fault(at, `more than ${what} at once`, "give parts of it names: rules");
      }
      this.apart.add(next.name);
    }
  }

  #sum(name: string): Sum {
    return (this.apart.has(name) ? undefined : this.#sums.get(name)) ?? { tables: 1, conditions: 0 };
  }

  /** @param sum  of its only SELECT, where there is one and it does not call itself
   * @throws Fault where there are too many rules */
  know(names: readonly string[], rules: readonly Rule[], sum: Sum | undefined): void {
    const [first = ""] = names;
    if (sum !== undefined) this.#sums.set(first, sum);
    let [reads, computed, denied] = [1, 0, 0];
    for (const { args, body, at } of rules) {
      const own = args.some(({ kind }) => kind === "compound") || body.some(({ kind }) => kind === "compare");
      for (const { call, below } of body.flatMap((one) => [...callsOf(one)])) {
        if (names.includes(call.name)) continue;
        denied = Math.max(denied, (this.#denied.get(call.name) ?? 0) + (below ? 1 : 0));
        reads += this.#reads.get(call.name) ?? 1;
        computed = Math.max(computed, (this.#computed.get(call.name) ?? 0) + (own ? 1 : 0));
      }
      if (reads > READS)
        throw new Fault(
          at,
          `all that this rule asks of comes to more than ${READS} relations`,
          "let each rule ask of the same rule once",
        );
    }
    if (denied > DENIED)
      throw new Fault(
        rules[0]?.at ?? 0,
        `more than ${DENIED} negations or aggregates, each of another`,
        "say it of fewer rules",
      );
    for (const name of names) {
      this.#reads.set(name, reads);
      this.#denied.set(name, denied);
      this.#computed.set(name, computed > COMPUTED ? 0 : computed);
      if (computed > COMPUTED) this.apart.add(name);
    }
  }
}

/** @throws Fault */
export function few(rules: readonly Rule[]): void {
  const { at, name } = rules[RULES] ?? {};
  if (at !== undefined)
    throw new Fault(at, `${name} has more than ${RULES} rules with goals`, "make several of it");
}
