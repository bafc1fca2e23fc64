import type { Run } from "../bark.ts";
import { when } from "../clock.ts";
import type { Notice } from "../notice.ts";
import { printable } from "../printable.ts";
import { between, epoch, formatSpan, seconds } from "../time.ts";
import { happened } from "./headline.ts";
import { ending, runOf } from "./run.ts";
import { tail } from "../tail.ts";

/** UTF-8 bytes of each stream that a mail shows: all that is captured unless configured otherwise. */
const TAIL = 64 * 1024;

/** The text of a mail, for somebody who was asleep: what, where, since when, what it said, what to do next. */
export function body(notice: Notice, server: string): string {
  const run = runOf(notice.bark);
  const streams = run === undefined ? [] : said(run);
  return [
    opening(notice),
    "",
    ...(notice.text === undefined ? [] : [printable(notice.text.trimEnd(), "\n\t"), ""]),
    ...table(facts(notice, run)),
    "",
    ...table(next(notice)),
    ...(notice.remarks ?? []).flatMap((remark) => ["", printable(remark)]),
    ...streams,
    ...(run?.truncated === true
      ? ["", "The output was too long and was shortened where it was made; the gap is marked in it."]
      : []),
    "",
    "-- ",
    ...fewer(notice, server),
    "",
  ].join("\n");
}

const said = ({ journal, stderr, stdout }: Run): readonly string[] =>
  journal === undefined
    ? [...stream("stderr", stderr), ...stream("stdout", stdout)]
    : stream("journal", journal);

const VERB = {
  ok: "is well again",
  warning: "needs a look",
  unknown: "cannot be judged",
  fail: "failed",
  missing: "did not come",
} as const;

function opening({ bark, kind, level }: Notice): string {
  if (kind === "note") return `${printable(bark.tag)} on ${printable(bark.host)}: ${printable(bark.summary)}`;
  const worse = kind === "worse" ? ", worse than before" : "";
  const what = kind === "well" ? bark.summary : happened(bark);
  return `${printable(bark.tag)} on ${printable(bark.host)} ${VERB[level]}${worse}: ${printable(what)}`;
}

type Row = readonly [name: string, value: string | undefined];

function facts(notice: Notice, run: Run | undefined): readonly Row[] {
  const { bark } = notice;
  return [
    ["Host", bark.host],
    ["User", bark.user],
    ["Tag", bark.tag],
    ["Command", run?.command],
    ["Started", run && moment(run.start)],
    ["Ended", run && moment(run.end)],
    ["Seen", run ? undefined : moment(bark.time)],
    ["Elapsed", bark.elapsed === undefined ? undefined : formatSpan(seconds(bark.elapsed))],
    ["Result", run && ending(run)],
    ["Summary", bark.summary],
    ["Before", notice.kind === "note" ? undefined : before(notice)],
    ["Next due", bark.due !== undefined ? moment(bark.due) : bark.expect && `within ${bark.expect}`],
  ];
}

function before({ bark, kind, previous }: Notice): string {
  if (previous === undefined) return kind === "bad" ? "well, or never heard of" : "not known";
  const since = Date.parse(previous.since);
  const lasted =
    since < Date.parse(bark.time)
      ? `, for ${formatSpan(between(epoch(since), epoch(Date.parse(bark.time))))}`
      : "";
  return `${previous.level} since ${moment(previous.since)}${lasted}`;
}

function next({ bark }: Notice): readonly Row[] {
  return [
    ["Bark", bark.id],
    ["More", `sheepdog show ${quote(bark.id)}`],
    ["History", `sheepdog list --host ${quote(bark.host)} --tag ${quote(bark.tag)}`],
  ];
}

function stream(name: string, text: string): readonly string[] {
  if (text.trim() === "") return ["", `--- ${name}: nothing ---`];
  const end = tail(text, TAIL);
  const left = end.left === 0 ? "" : `, the last part; ${end.left} bytes before it are left out here`;
  return [
    "",
    `--- ${name}${left} ---`,
    printable(end.text.replace(/\r\n/g, "\n").replace(/\n+$/, ""), "\n\t"),
    `--- end of ${name} ---`,
  ];
}

function fewer({ everyone, bark }: Notice, server: string): readonly string[] {
  const told = everyone.length > 1 ? `${everyone.length} people are told this. ` : "";
  return [
    `${told}Sheepdog on ${printable(server)} writes once when something goes bad or gets worse, and once when it is well again.`,
    `To be told less: set mail.to in its configuration, or --mailto of the job on ${printable(bark.host)}, to others; where neither says whom, the user whose job it was is told.`,
  ];
}

function table(rows: readonly Row[]): readonly string[] {
  return rows
    .filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== "")
    .map(([name, value]) => `${`${name}:`.padEnd(10)}${printable(value)}`);
}

const moment = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : when(epoch(at), "full");
};

/** Somebody will paste it into a shell, so whoever made the bark must not be able to say more than a word. */
const quote = (text: string): string =>
  /^[\w.@%+:,][\w.@%+:,-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
