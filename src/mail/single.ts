import type { Run } from "../bark.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { formatSpan, seconds } from "../time.ts";
import { ROUNDS } from "../monitors.ts";
import { acknowledge, list, show } from "./command.ts";
import { moment } from "./moment.ts";
import { ending, runOf } from "./run.ts";
import { stream, streams } from "./stream.ts";
import { besides, does, dueOf, howLong, remarks, said } from "./words.ts";

/** UTF-8 bytes of each stream that a mail shows: all that is captured unless configured otherwise. */
const TAIL = 64 * 1024;

/** One notice as the text of a mail, for somebody who was asleep: what, where, since when, what it said, what to do
 * next. */
export function single(notice: Notice, parcel: Parcel): readonly string[] {
  // What did not come has said nothing: what the last one said was well.
  const run = notice.level === "missing" ? undefined : runOf(notice.bark);
  return [
    opening(notice),
    "",
    ...(notice.text === undefined ? [] : [printable(notice.text.trimEnd(), "\n\t"), ""]),
    ...table(facts(notice, run)),
    "",
    ...table(next(notice)),
    ...[...(notice.remarks ?? []), ...remarks(parcel)].flatMap((remark) => ["", printable(remark)]),
    ...(run === undefined ? [] : streams(run).flatMap(([name, text]) => ["", ...stream(name, text, TAIL)])),
    ...(run?.truncated === true
      ? ["", "The output was too long and was shortened where it was made; the gap is marked in it."]
      : []),
  ];
}

function opening(notice: Notice): string {
  const { bark, kind } = notice;
  const subject = `${printable(bark.tag)} on ${printable(bark.host)}`;
  const span = kind === "reminder" ? howLong(notice) : undefined;
  const verb =
    kind === "note"
      ? ""
      : ` ${does(notice)}${besides(notice)}${span === undefined ? "" : `, for ${span} now`}`;
  return `${subject}${verb}: ${printable(said(notice))}`;
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
    due(notice),
  ];
}

function before(notice: Notice): string {
  const { kind, previous } = notice;
  if (previous === undefined) return kind === "bad" ? "well, or never heard of" : "not known";
  const span = howLong(notice);
  return `${previous.level} since ${moment(previous.since)}${span === undefined ? "" : `, for ${span}`}`;
}

function due({ bark, level }: Notice): Row {
  if (level === "missing") return ["Was due", moment(dueOf(bark) ?? "")];
  return ["Next due", bark.due === undefined ? bark.expect && `within ${bark.expect}` : moment(bark.due)];
}

function next({ bark, kind }: Notice): readonly Row[] {
  // What the rounds see is no bark that came.
  const kept = bark.monitor !== ROUNDS;
  const { host, tag } = bark;
  return [
    ["Bark", kept ? bark.id : undefined],
    ["More", kept ? show(bark.id) : undefined],
    ["History", list(host, tag)],
    ["At it", kind === "note" || kind === "well" ? undefined : acknowledge(host, tag)],
  ];
}

function table(rows: readonly Row[]): readonly string[] {
  return rows
    .filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== "")
    .map(([name, value]) => `${`${name}:`.padEnd(10)}${printable(value)}`);
}
