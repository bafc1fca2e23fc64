/** What comes of other languages, and of Prolog's own. */
interface Habit {
  /** What is before the place where it is not understood. */
  readonly where?: RegExp;
  /** What is there. */
  readonly here: RegExp;
  /** Whether that must be among arguments, or must not. */
  readonly inside?: boolean;
  /** The fault is where `where` begins. */
  readonly back?: boolean;
  readonly says?: string;
  readonly advice: string;
}

const ARITHMETIC = "there are + - * / // mod, abs, min and max";
const NUMBERS = "numbers are written 10, 1.5 or 2e9";
export const HABITS: readonly Habit[] = [
  { here: /^\[/, advice: "there are no lists: say it with relations" },
  { here: /^[{}]/, advice: "brackets are round" },
  { here: /^!/, advice: "there is no cut: order does not matter here" },
  {
    where: /--$/,
    here: /^>/,
    back: true,
    says: "there are no grammars",
    advice: "a rule is written: head :- goals.",
  },
  {
    where: /\*?-$/,
    here: /^>/,
    back: true,
    says: "there is no if-then-else",
    advice: "write (A, B ; \\+ A, C)",
  },
  {
    where: /(?<![\p{L}\p{N}_])[\p{Lu}_][\p{L}\p{M}\p{N}_]*$/u,
    here: /^\(/,
    back: true,
    says: "what begins with a capital letter is to be found, and no relation",
    advice: "names begin with a small letter, or stand in quotes",
  },
  { here: /^$/, inside: true, says: "the text ends within brackets", advice: "write ) where they end" },
  { where: /[\p{L}_]\(\s*$/u, here: /^\)/, advice: "what has no arguments has no brackets" },
  {
    where: /(?:^|[,;(]|:-|\?-|\\\+)\s*$/,
    here: /^(?:$|[.),;])/,
    says: "something is missing here",
    advice: "write it, or take the sign before it away",
  },
  {
    where: /(?<![\p{L}\p{N}_.])(?:[\p{Lu}_][\p{L}\p{M}\p{N}_]*|\d+(?:\.\d+)?|"[^"]*")\s*$/u,
    here: /^(?:[,;.)]|$)/,
    inside: false,
    back: true,
    says: "this is no goal",
    advice: "name a relation, or compare it: X > 3",
  },
  {
    here: /^:-/,
    says: "a head must stand before :-",
    advice:
      "write head :- goals; a question begins with ?-, and facts that nothing has told of yet are declared: :- dynamic name/2.",
  },
  { here: /^(?:&&?|and\b)/i, advice: "write , for and" },
  { here: /^(?:\|\|?|or\b)/i, advice: "write ; for or" },
  { where: /=$/, here: /^\.\./, advice: "terms have no parts here: compare values" },
  { here: /^@[<>=]/, advice: "write < =< > >= for texts, too" },
  { here: /^(?:\^|rem\b)/, advice: ARITHMETIC },
  { where: /\*$/, here: /^\*/, advice: ARITHMETIC },
  { here: /^-?(?:\.\d|\d+[\p{L}_])/u, advice: NUMBERS },
  {
    where: /(?:^|\s)\?-[^]*\.\s+$/,
    here: /^\S/,
    says: "something stands behind the question",
    advice: "the question comes last, and there is one",
  },
  {
    where: /[\p{L}\p{N}_)"']\s+$/u,
    here: /^[\p{L}\p{N}"'(]/u,
    advice: "is a , missing before it, or the full stop of a rule?",
  },
  {
    where: /:-(?:[^.'"]|\.\S)*$/,
    here: /^$/,
    says: "the text ends within a rule",
    advice: "a rule ends with a full stop",
  },
  { where: /\)\s*$/, here: /^\)/, says: "there is no ( to this )", advice: "take it out, or open it before" },
];
