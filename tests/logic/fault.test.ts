import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import { Asker } from "../../src/history/asker.ts";
import { Writer } from "../../src/history/writer.ts";
import { compile } from "../../src/logic/compile.ts";
import { program } from "../../src/logic/program.ts";
import { Fault, pointed } from "../../src/logic/fault.ts";
import { herd } from "../../src/logic/herd.ts";
import { catalog } from "../../src/logic/relation.ts";
import { folder } from "../support/folder.ts";

const ASKING = { catalog: catalog(herd([])), now: Date.UTC(2026, 10, 27), asks: true };

/** Asks an empty history. */
function asker(t: TestContext): (text: string) => number {
  const file = join(folder(t), "history.db");
  new Writer(file)[Symbol.dispose]();
  const own = new Asker(file);
  t.after(() => own[Symbol.dispose]());
  return (text) => {
    const { sql, parameters } = compile(program(text, ASKING), ASKING);
    return own.ask(sql, parameters, 10_000).rows.length;
  };
}

/** What is said of a question that is wrong: "line:column: what / what to do". */
function said(ask: (text: string) => number, text: string): string {
  try {
    return `${ask(text)} answers`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const [first = "", , caret = "", advice = ""] = pointed(error, text, "q").split("\n");
    assert.match(caret, /^ *\^$/);
    return `${first.slice(2)} / ${advice.trim()}`;
  }
}

const SEE = "see `sheepdog relations` for what is where";
const GOALS = "write it, or take the sign before it away";
const SAY = "a relation beside it must say what it is";
const RULES = "give parts of it names: rules";
const ARGUMENT = "write it out, as the job's file has it below [arguments]: args(address, A)";
const FUNCTIONS =
  "there are + - * / // mod, abs, min, max, days(N) and other spans, ago(Span), time('2026-11-22'), gib(N) and other sizes, concat(Text, …), args(name, Value, …)";
const NUMBERS = "numbers are written 10, 1.5 or 2e9";
const TIME = "write time('2026-11-22') or time('2026-11-22T18:49:50Z')";
const QUESTION = "write the goals behind the rules: ?- state(H, T, fail)";

const WRONG: readonly (readonly [text: string, said: string])[] = [
  // What has no end, or no beginning.
  ["", `1:1: there is no question / ${QUESTION}`],
  ["% only", `1:1: there is no question / ${QUESTION}`],
  ["p(a).", `1:1: there is no question / ${QUESTION}`],
  ["/* open", "1:1: this comment has no end / write */ where it ends"],
  ["host(H", "1:7: the text ends within brackets / write ) where they end"],
  ["host(H))", "1:8: there is no ( to this ) / take it out, or open it before"],
  ["host(H),", `1:9: something is missing here / ${GOALS}`],
  ["host(H) :- .", `1:12: something is missing here / ${GOALS}`],
  [
    "host(H)\n  host(G)",
    "2:3: `host` is not understood here / is a , missing before it, or the full stop of a rule?",
  ],
  ["p(X) :- host(X)", "1:16: the text ends within a rule / a rule ends with a full stop"],
  ["host('a", "1:6: this text has no end on its line / write ' behind it, or \\n for a new line"],
  ["host('a\nb')", "1:6: this text has no end on its line / write ' behind it, or \\n for a new line"],
  [
    "host('a\\qb')",
    "1:8: \\q stands for nothing in a text / write \\\\ for a backslash; besides that there are \\n, \\t, \\' and \\\"",
  ],
  ["host('a\u0000')", "1:8: U+0000 is no sign of a text / take it out"],
  // What is Prolog's, or another language's.
  [
    "Host(H)",
    "1:1: what begins with a capital letter is to be found, and no relation / names begin with a small letter, or stand in quotes",
  ],
  ["host([a])", "1:6: `[` is not understood here / there are no lists: say it with relations"],
  ["host(H), !", "1:10: `!` is not understood here / there is no cut: order does not matter here"],
  ["host(H) -> fail", "1:9: there is no if-then-else / write (A, B ; \\+ A, C)"],
  ["p --> q.", "1:3: there are no grammars / a rule is written: head :- goals."],
  ["host(H) & host(G)", "1:9: `&` is not understood here / write , for and"],
  ["host(H) and host(G)", "1:9: `and` is not understood here / write , for and"],
  ["host(H) | ram(H, _)", "1:9: `|` is not understood here / write ; for or"],
  ["p(). p", "1:3: `)` is not understood here / what has no arguments has no brackets"],
  ["X = 0x10", `1:5: \`0x10\` is not understood here / ${NUMBERS}`],
  ["X = .5", `1:5: \`.\` is not understood here / ${NUMBERS}`],
  ["X = 2 ** 3", "1:8: `*` is not understood here / there are + - * / // mod, abs, min and max"],
  ["X = 1e400", "1:5: no number is as large as that / 1e308 is the largest there is"],
  ["1.5.", "1:1: this is no goal / name a relation, or compare it: X > 3"],
  ["X, host(X)", "1:1: this is no goal / name a relation, or compare it: X > 3"],
  ["X =.. Y", "1:4: `..` is not understood here / terms have no parts here: compare values"],
  [":- table p/1. p(a)", "1:4: `table` is not understood here / possible here: `dynamic`"],
  [
    "?- host(X). host(Y)",
    "1:13: something stands behind the question / the question comes last, and there is one",
  ],
  [
    "findall(X, host(X), L)",
    "1:1: there is no findall / an answer is each thing that fits; aggregate_all counts and sums",
  ],
  ["forall(host(X), ram(X, _))", "1:1: there is no forall / write \\+ (A, \\+ B)"],
  ["between(1, 3, X)", '1:1: unknown relation "between" / compare: N >= 1, N =< 3'],
  // What is not there, or not so.
  ["hots(X)", '1:1: unknown relation "hots" / did you mean host?'],
  ["host(X), fram(X)", '1:10: unknown relation "fram" / did you mean ram?'],
  [
    "host(X), wobble(X)",
    '1:10: unknown relation "wobble" / see `sheepdog relations`, say it with a rule, or declare what no plugin has told of yet: `:- dynamic wobble/1.`',
  ],
  ["ram(H)", "1:1: ram has 1 argument here / it takes ram(Host, Size)"],
  ["p(X, X) :- host(X). p(a)", "1:21: p has 1 argument here / it takes 2 arguments"],
  [
    "p(X) :- host(X). p(X, X) :- host(X). p(a)",
    "1:18: p has 2 arguments here and 1 before / give one of them another name",
  ],
  ["ram(X, 1) :- host(X). ram(H, B)", "1:1: ram is a relation already / give the rule another name"],
  ["at(X) :- host(X). at(X)", "1:1: at is a word of the language already / give the rule another name"],
  ["''(X) :- host(X). host(X)", "1:1: this is no name for a rule / take letters, digits and _"],
  ["at(host(X))", "1:1: at is not written so / write at(Goal, Time)"],
  ["during(host(X))", "1:1: during is not written so / write during(Goal, Since, Until)"],
  [
    "aggregate_all(count, X, N)",
    "1:1: aggregate_all is not written so / write aggregate_all(count, Goal, N), with count, sum(E), max(E) or min(E)",
  ],
  [
    "aggregate_all(bag(X), host(X), N)",
    "1:15: no such aggregate / there are count, sum(E), max(E) and min(E)",
  ],
  ["aggregate_all(sum(X), host(X), N)", "1:19: texts have no sum / count them, or take their max"],
  ["during(\\+ host(X), S, U)", "1:8: during() takes relations only / write the rest beside it"],
  ["at(at(host(X), 1), 2)", "1:4: at() within at() / take one of them out"],
  [
    "p(X, L) :- state(X, _, L). p(X, L) :- p(X, M), state(X, M, L). seen(X, T), at(p(X, L), T)",
    "1:79: p calls itself, or counts of each: it can be asked of a moment that is certain only / write at() with time('2026-11-22') or ago(days(30)), or at() and during() within the rule",
  ],
  [
    "p(X) :- host(X), \\+ state(X, _, fail). during(p(X), S, U)",
    "1:47: during() takes relations, and rules of nothing else: p says more / write during() within the rule",
  ],
  [
    "p(X) :- state(X, _, _). p(X) :- at(p(X), ago(days(1))). at(p(X), ago(days(2)))",
    "1:36: rules are asked of more than 100 moments / let no rule ask of what it said itself before",
  ],
  [
    "at(ram(H, B), '2026-11-22')",
    "1:4: this is a text and a time: they are never the same / see `sheepdog relations` for what is where",
  ],
  [
    "at(bark(_, _, H, _, _), 3)",
    "1:4: bark happened, and is no state of something / compare its time instead",
  ],
  // What stands for anything.
  ["X = Y", `1:1: X may be anything here / ${SAY}`],
  ["X < 3", `1:1: X may be anything here / ${SAY}`],
  ["p(X) :- host(_). p(a)", `1:3: X may be anything here / ${SAY}`],
  ["p(_) :- host(_). p(a)", `1:3: \`_\` may be anything here / ${SAY}`],
  ["host(H), \\+ ram(H, B), B < 3", `1:13: B may be anything here / ${SAY}, not only one within \\+`],
  ["host(H), at(ram(H, B), T)", `1:24: T may be anything here / ${SAY}`],
  ["state(H, _, _) ; ram(_, B)", "1:1: B may be anything here / each side of ; must say what B is"],
  // What is never the same, or never comes to something.
  ["host(3)", `1:6: this is a text and a number: they are never the same / ${SEE}`],
  ["ram(H, abc)", `1:8: this is a text and a size: they are never the same / ${SEE}`],
  ["bark(_, T, _, _, _), T < '2026'", `1:22: this is a text and a time: they are never the same / ${SEE}`],
  [
    "X = 1 + a",
    "1:9: + computes with numbers, and this is a text / write a number, or a variable that stands for one",
  ],
  ["p(f(X)) :- host(X). p(Y)", `1:3: f/1 is nothing that can be computed / ${FUNCTIONS}`],
  ["X = args(address)", "1:5: args takes a name and a value in turn / write args(address, A, port, 22)"],
  ["host(H), X = args(H, 1)", `1:19: this is no name of an argument / ${ARGUMENT}`],
  ["X = args('a b', 1)", `1:10: this is no name of an argument / ${ARGUMENT}`],
  ["X = args(a, 1, a, 2)", "1:16: a is given twice / take one of them out"],
  ["X = time('2026-02-30')", `1:5: this is no time / ${TIME}`],
  ["X = time(2026)", `1:5: this is no time / ${TIME}`],
  [
    "host(H), re(H, '(')",
    "1:16: this is no regular expression (Unterminated group) / it is written as in JavaScript",
  ],
  // What goes round.
  [
    "p(X) :- host(X), \\+ p(X). p(a)",
    "1:21: p depends on what p is not, or comes to, and that on p / take the negation, or the aggregate, out of the recursion: into a rule that does not call itself",
  ],
  [
    "p(X) :- host(X), q(X). q(X) :- host(X), aggregate_all(count, p(X), N), N < 3. q(a)",
    "1:62: q depends on what p is not, or comes to, and that on q / take the negation, or the aggregate, out of the recursion: into a rule that does not call itself",
  ],
  // Columns are counted as a person counts signs.
  [
    "X = '🐕🐕', wuff(X)",
    '1:11: unknown relation "wuff" / see `sheepdog relations`, say it with a rule, or declare what no plugin has told of yet: `:- dynamic wuff/1.`',
  ],
];

test("what is wrong with a question is said with its place, and what to do", (t) => {
  const ask = asker(t);
  for (const [text, expected] of WRONG) assert.equal(said(ask, text), expected, text);
});

const many = (count: number, one: (number: number) => string, between = " "): string =>
  Array.from({ length: count }, (_, number) => one(number)).join(between);

test("what is too much is a fault with a place, and not SQLite's", (t) => {
  const ask = asker(t);
  const cases: readonly (readonly [text: string, said: RegExp])[] = [
    [many(61, (n) => `host(H${n})`, ", "), /^1:1: more than 60 relations at once/],
    [`ram(H, B), ${many(501, (n) => `B \\= ${n}`, ", ")}`, /^1:1: more than 500 conditions at once/],
    [many(257, (n) => `host(a${n})`, "; "), /^1:1: its alternatives come to more than 256 rules/],
    [`ram(_, B), X = ${many(300, () => "B", " + ")}`, /^1:16: too much is computed at once/],
    [`ram(_, X0), ${many(40, (n) => `X${n + 1} = X${n} * X${n}`, ", ")}`, /too much is computed at once/],
    [`X = ${"-".repeat(100_000)}1`, /^1:1: this is nested too deeply/],
    [`${"\\+ ".repeat(61)}host(a)`, /^1:181: more than 60 goals in one another/],
    [`X = ${"(".repeat(201)}1${")".repeat(201)}`, /^1:205: more than 200 brackets in one another/],
    [`p(${many(101, () => "a", ", ")}). p(X)`, /^1:303: more than 100 arguments/],
    [
      `p0(X) :- host(X). ${many(30, (n) => `p${n + 1}(X) :- p${n}(X), p${n}(X).`)} p30(X)`,
      /all that this rule asks of comes to more than 20000 relations/,
    ],
    [
      `p0(X) :- host(X). ${many(300, (n) => `p${n + 1}(X) :- host(X), \\+ p${n}(X).`)} p300(X)`,
      /more than 100 negations or aggregates, each of another/,
    ],
    [
      `${many(451, (n) => `p(X) :- state(X, a${n}, _).`)} p(X)`,
      /p has more than 450 rules with goals \/ make several of it/,
    ],
    [" ".repeat(300_000), /the text is longer than 262144 characters/],
  ];
  for (const [text, expected] of cases) assert.match(said(ask, text), expected, text.slice(0, 100));
  assert.match(
    said(
      ask,
      many(61, (n) => `host(H${n})`, ", "),
    ),
    new RegExp(`${RULES}$`),
  );
});

test("what is much and not too much is answered", (t) => {
  const ask = asker(t);
  const cases: readonly (readonly [text: string, answers: number])[] = [
    [`${many(3000, (n) => `p(${n}).`)} p(X)`, 3000],
    [`p0(a). ${many(2000, (n) => `p${n + 1}(X) :- p${n}(X), X \\= b${n}.`)} p2000(X)`, 1],
    [`p0(a). ${many(100, (n) => `p${n + 1}(X) :- p${n}(X), \\+ state(X, b${n}, _).`)} p100(X)`, 1],
    [`p0(X) :- host(X). ${many(100, (n) => `p${n + 1}(X) :- p${n}(X), state(X, b${n}, _).`)} p100(X)`, 0],
    [`p0(1). ${many(40, (n) => `p${n + 1}(X + X) :- p${n}(X).`)} p40(X)`, 1],
    [many(60, (n) => `\\+ host(a${n})`, ", "), 1],
    [`host(")))((((${"(".repeat(300)}")`, 0],
  ];
  for (const [text, answers] of cases) assert.equal(ask(text), answers, text.slice(0, 100));
});

/** What programs are made of, and what is near it. */
const PIECES = [
  Array.from("XYZ_HN()()(),,,;.'\"+-*/<>=[]|!%&@^#\\\n\t 🐕ß日\u0000"),
  ":- ,?- ,\\+ ,not,mod,is,=<,\\=,/*,*/,%x\n,host(H),ram(H, N),state(H, _, fail),p(X),p,q(X, Y),bark,at(,during(".split(
    ",",
  ),
  "aggregate_all(count, ",
  "aggregate_all(max(N), ram(H, N), N)",
  "version_at_least(X, '1')",
  "prefix(H, web)",
  "ago(days(3))",
  "time('2026-11-22')",
  "1",
  "2.5",
  "1e9",
  "'it''s'",
  '"a"',
  "p(X) :- host(X). ",
  "host(H), ",
  ". ",
].flat();

test("whatever is written is answered, or is a fault within the text", (t) => {
  const ask = asker(t);
  let [answered, refused] = [0, 0];
  const text = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, (written) => {
      try {
        ask(written);
        answered++;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        assert.ok(error.at >= 0 && error.at <= written.length, `at ${error.at}`);
        assert.match(error.message, /\S/);
        assert.match(error.advice, /\S/);
        assert.doesNotMatch(`${error.message} ${error.advice}`, /SQL|undefined|\bclass\b/);
        refused++;
      }
    }),
    { numRuns: Number(process.env["SHEEPDOG_RUNS"] ?? 3000) },
  );
  assert.ok(answered > 0 && refused > 0, `${answered} answered, ${refused} refused`);
});
