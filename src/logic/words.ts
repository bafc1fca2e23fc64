/** Words of the language, and how they are written. */
export const WORDS: Readonly<Record<string, string>> = {
  aggregate_all: "aggregate_all(count, Goal, N), with count, sum(E), max(E) or min(E)",
  during: "during(Goal, Since, Until)",
  at: "at(Goal, Time)",
  not: "\\+ Goal, or not(Goal)",
  true: "true",
  fail: "fail",
  false: "fail",
  prefix: "prefix(Text, Beginning)",
  glob: "glob(Text, Pattern)",
  re: "re(Text, Pattern)",
  version_at_least: "version_at_least(Version, Least)",
};
/** Of Prolog, what there is not, and what there is in its place. */
export const ABSENT: Readonly<Record<string, string>> = {
  findall: "an answer is each thing that fits; aggregate_all counts and sums",
  setof: "an answer is each thing that fits; aggregate_all counts and sums",
  bagof: "an answer is each thing that fits; aggregate_all counts and sums",
  forall: "write \\+ (A, \\+ B)",
  between: "compare: N >= 1, N =< 3",
  member: "there are no lists: write (X = a ; X = b)",
  sub_atom: "there are prefix, glob and re for texts",
  atom_concat: "there are prefix, glob and re for texts",
  string_concat: "there are prefix, glob and re for texts",
};
