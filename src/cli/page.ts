import type { Bark } from "../bark.ts";
import { when } from "../clock.ts";
import type { Shown } from "../history/reader.ts";
import { ending, runOf } from "../mail/run.ts";
import { printable } from "../printable.ts";
import { epoch, formatSpan, seconds } from "../time.ts";
import { brush, type Screen } from "./terminal.ts";

type One = Extract<Shown, { readonly kind: "one" }>;
type Line = readonly [label: string, text: string | undefined];

/** One bark laid out for reading: what and where, the particulars, what the job said, who was told. */
export function page(found: One, { colour }: Screen): string {
  const { bark } = found;
  const paint = brush(colour);
  const heading = `${paint(`[${bark.level}]`, bark.level)} ${paint(printable(`${bark.tag} on ${bark.host}`), "heading")}`;
  const blocks = [
    `${heading}\n${printable(bark.summary)}\n`,
    particulars([...lines(found), ...job(bark), ...promises(bark)]),
    ...streams(bark).map(([label, text]) => `${paint(label, "heading")}\n${indent(text)}`),
    `${paint("notices", "heading")}\n${told(found)}`,
  ];
  return blocks.join("\n");
}

function lines({ bark, received, claimed }: One): readonly Line[] {
  return [
    ["id", bark.id],
    ["time", moment(bark.time)],
    ["claimed", claimed === undefined ? undefined : `${claimed} (by a clock that is not believed)`],
    ["received", when(received, "second")],
    ["user", bark.user],
    ["monitor", bark.monitor],
    ["elapsed", bark.elapsed === undefined ? undefined : formatSpan(seconds(bark.elapsed))],
  ];
}

function job(bark: Bark): readonly Line[] {
  const run = runOf(bark);
  if (run === undefined) return [];
  return [
    ["command", run.command],
    ["start", moment(run.start)],
    ["end", moment(run.end)],
    ["ended", ending(run)],
  ];
}

const promises = ({ expect, due, mailto }: Bark): readonly Line[] => [
  ["expect", expect === undefined ? undefined : `the next within ${expect}`],
  ["due", due === undefined ? undefined : `the next until ${moment(due)}`],
  ["mailto", mailto?.join(", ")],
];

/** What the job said; for barks that are not about a job their content; and facts. Empty ones are left out. */
function streams(bark: Bark): readonly (readonly [label: string, text: string])[] {
  const run = runOf(bark);
  const said: readonly (readonly [string, string])[] =
    run === undefined
      ? [["content", pretty(bark.content)]]
      : [
          ["journal", run.journal ?? ""],
          ["stderr", run.stderr],
          ["stdout", run.stdout],
        ];
  const facts = (bark.facts ?? []).map(
    ([relation, ...terms]) => `${relation}(${terms.map((term) => JSON.stringify(term)).join(", ")})`,
  );
  return [...said, ["facts", facts.join("\n")] as const].filter(([, text]) => text !== "");
}

const pretty = (content: Bark["content"]): string =>
  content === undefined || Object.keys(content).length === 0 ? "" : JSON.stringify(content, undefined, 2);

function particulars(all: readonly Line[]): string {
  const said = all.flatMap(([label, text]) =>
    text === undefined || text === "" ? [] : [[label, text] as const],
  );
  const width = Math.max(...said.map(([label]) => label.length));
  // A command of several lines stays readable: its lines are set under the first.
  const under = `\n${" ".repeat(width + 4)}`;
  return said
    .map(([label, text]) => `  ${label.padEnd(width)}  ${printable(text, "\n").replaceAll("\n", under)}\n`)
    .join("");
}

const told = ({ notices }: One): string =>
  notices.length === 0
    ? "  nobody was told of this one\n"
    : notices
        .map(
          ({ time, kind, to }) =>
            `  ${when(time, "second")}  ${kind.padEnd(8)}  ${printable(to.join(", "))}\n`,
        )
        .join("");

const indent = (text: string): string =>
  `${printable(text.replace(/\r\n/g, "\n").trimEnd(), "\n\t").replace(/^/gm, "  ")}\n`;

/** A time from a bark; what is none is shown as it is. */
function moment(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : when(epoch(ms), "second");
}
