import type { Value } from "../history/asker.ts";
import type { Reason } from "../logic/why.ts";
import type { Titled as Column } from "../logic/relation.ts";
import { printable } from "../printable.ts";
import { epoch, iso } from "../time.ts";
import { plain, shown } from "./answer.ts";

/** An answer, and what it rests on. */
export interface Founded {
  readonly row: readonly Value[];
  readonly reasons: readonly Reason[];
}

/** Answers one under another, each with what it rests on. */
export function because(columns: readonly Column[], all: readonly Founded[]): string {
  if (all.length === 0) return columns.length === 0 ? "no\n" : "";
  return all
    .map(({ row, reasons }) => {
      const values = columns.map((one, place) => `${one.name} = ${shown(row[place] ?? null, one, false)}`);
      return `${[values.join(", ") || "yes", ...reasons.flatMap((one) => lines(one, 1))].join("\n")}\n`;
    })
    .join("\n");
}

function lines(
  { goal, by, bark, since, until, because: others = [], more }: Reason,
  depth: number,
): readonly string[] {
  const times =
    since === undefined
      ? ""
      : `, since ${iso(epoch(since))}${until === undefined ? "" : ` until ${iso(epoch(until))}`}`;
  const words = {
    history: bark === undefined ? "" : `told by bark ${bark}`,
    rule: "by a rule",
    recursion: "by rules that call themselves",
    absence: "there is none",
    aggregate: "it comes to that",
  }[by];
  const note = [words, times.replace(words === "" ? /^, / : /^$/, "")].join("");
  return [
    `${"  ".repeat(depth)}${printable(goal)}${note === "" ? "" : `   ${printable(note)}`}`,
    ...others.flatMap((one) => lines(one, depth + 1)),
    ...(more === true ? [`${"  ".repeat(depth + 1)}and more`] : []),
  ];
}

/** The same for programs: each answer an object, its reasons under `why`. */
export function becauseJson(columns: readonly Column[], all: readonly Founded[]): unknown {
  return all.map(({ row, reasons }) => ({
    ...Object.fromEntries(columns.map((one, place) => [one.name, plain(row[place] ?? null, one)])),
    why: reasons.map(timed),
  }));
}

const timed = ({ since, until, because: others, ...rest }: Reason): object => ({
  ...rest,
  ...(since !== undefined && { since: iso(epoch(since)) }),
  ...(until !== undefined && { until: iso(epoch(until)) }),
  ...(others !== undefined && { because: others.map(timed) }),
});
