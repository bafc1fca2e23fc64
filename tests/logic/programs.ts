import fc from "fast-check";

/** Programs over the relations edge(text, text), node(text) and weight(text, number): rules p0 to p3, of which each asks
 * of those before it and of itself, or of the next one (mutual recursion); what is denied and counted comes before. */

export const NODES = ["a", "b", "c", "d", "e"] as const;
const TEXTS = ["X", "Y", "Z"] as const;
const PREDICATES = 4;

export const facts = fc.record({
  edges: fc.uniqueArray(fc.tuple(fc.constantFrom(...NODES), fc.constantFrom(...NODES)), {
    minLength: 5,
    maxLength: 14,
    selector: (pair) => pair.join(),
  }),
  nodes: fc.uniqueArray(fc.constantFrom(...NODES), { minLength: 3 }),
  weights: fc.uniqueArray(fc.tuple(fc.constantFrom(...NODES), fc.integer({ min: -3, max: 6 })), {
    minLength: 3,
    maxLength: 9,
    selector: (pair) => pair.join(),
  }),
});

const text = fc.constantFrom(...TEXTS);
const node = fc.constantFrom(...NODES);
const term = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: node });

/** As often as not. */
const maybe = <Value>(what: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(what, { freq: 1 });

/** What asks of relations. */
const base = fc.oneof(
  fc.tuple(term, term).map(([one, other]) => `edge(${one}, ${other})`),
  term.map((one) => `node(${one})`),
  term.map((one) => `weight(${one}, _)`),
);
const comparison = fc.oneof(
  fc
    .tuple(text, fc.constantFrom("=", "\\="), term)
    .map(([one, name, other]) => ({ uses: [one, other], says: (): string => `${one} ${name} ${other}` })),
  fc
    .tuple(text, fc.constantFrom("<", "=<", ">", ">=", "=:=", "=\\="), fc.integer({ min: -3, max: 6 }))
    .map(([one, name, limit]) => ({
      uses: [one],
      says: (): string => `weight(${one}, N), N * 2 - 1 ${name} ${limit}`,
    })),
);

/** A rule of p`index`: at most two goals of its own recursion. */
const rule = (index: number): fc.Arbitrary<string> => {
  const below = index === 0 ? fc.constant(undefined) : fc.integer({ min: 0, max: index - 1 });
  const group = index - (index % 2);
  return fc
    .record({
      head: fc.tuple(text, term),
      goals: fc.array(base, { minLength: 1, maxLength: 2 }),
      again: fc.array(
        fc.record({ which: fc.integer({ min: group, max: group + 1 }), args: fc.tuple(term, term) }),
        { maxLength: 2 },
      ),
      lower: maybe(fc.record({ which: below, args: fc.tuple(term, term) })),
      either: maybe(fc.tuple(base, base)),
      tests: fc.array(comparison, { maxLength: 1 }),
      denied: maybe(
        fc.oneof(
          base,
          fc.record({ which: below, args: fc.tuple(term, term) }),
          fc.tuple(base, base).map(([one, other]) => `(${one}, ${other})`),
          fc.tuple(base, base).map(([one, other]) => `(${one} ; ${other})`),
        ),
      ),
      counted: maybe(
        fc.tuple(
          fc.constantFrom("count", "max(W)", "min(W)", "sum(W)"),
          text,
          fc.integer({ min: 0, max: 3 }),
        ),
      ),
    })
    .map(({ head, goals, again, lower, either, tests, denied, counted }) => {
      const call = (
        one: { which: number | undefined; args: readonly string[] } | string | null,
      ): string[] => {
        if (one === null) return [];
        if (typeof one === "string") return [one];
        return one.which === undefined || one.which >= PREDICATES
          ? []
          : [`p${one.which}(${one.args.join(", ")})`];
      };
      const positive = [
        ...goals,
        ...again.flatMap(call),
        // Of its own group only above; what is below that is another stratum.
        ...call(lower !== null && lower.which !== undefined && lower.which < group ? lower : null),
      ];
      // All that stands in both is known behind it.
      const shared = either === null ? [] : [`(${either[0]} ; ${either[1]})`];
      const known = new Set(positive.join().match(/\b[XYZ]\b/g));
      const missing = [...new Set([...head].filter((one) => /^[XYZ]$/.test(one)))].filter(
        (one) => !known.has(one),
      );
      for (const one of missing) {
        positive.push(`node(${one})`);
        known.add(one);
      }
      const said = tests.filter(({ uses }) => uses.every((one) => !/^[XYZ]$/.test(one) || known.has(one)));
      const not = call(
        typeof denied === "object" && denied !== null && (denied.which === undefined || denied.which >= group)
          ? null
          : denied,
      )
        .filter((one) => [...one.matchAll(/\b[XYZ]\b/g)].every(([name]) => known.has(name)))
        .map((one) => `\\+ ${one}`);
      const either2 = shared.filter((one) =>
        [...one.matchAll(/\b[XYZ]\b/g)].every(([name]) => known.has(name)),
      );
      const number =
        counted !== null && known.has(counted[1])
          ? [`aggregate_all(${counted[0]}, weight(${counted[1]}, W), K)`, `K >= ${counted[2]}`]
          : [];
      const body = [...positive, ...either2, ...said.map(({ says }) => says()), ...number, ...not];
      return `p${index}(${head.join(", ")}) :- ${body.join(", ")}.`;
    });
};

export const programs = fc
  .tuple(
    ...Array.from({ length: PREDICATES }, (_, index) =>
      fc.array(rule(index), { minLength: 1, maxLength: 3 }),
    ),
  )
  .map((rules) => rules.flat().join("\n"));

/** A question: of all that a predicate says, or of something certain. */
export const questions = fc.record({
  which: fc.integer({ min: 0, max: PREDICATES - 1 }),
  first: maybe(node),
  second: maybe(node),
});

export const TABLED = Array.from({ length: PREDICATES }, (_, index) => `p${index}/2`);
