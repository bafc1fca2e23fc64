import type { State } from "../bark.ts";
import { line } from "../mail/clip.ts";
import { sections } from "../mail/digest.ts";
import { headline } from "../mail/headline.ts";
import { type Group, grouped, hostsOf, ordered, worst } from "../mail/order.ts";
import { runOf } from "../mail/run.ts";
import { does } from "../mail/words.ts";
import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { tail } from "../tail.ts";

/** A parcel in words, for a small screen. Nothing in it is obeyed by a terminal or a header. */
export interface Wording {
  /** One line of at most 150 characters. */
  readonly title: string;
  /** A few lines. */
  readonly text: string;
  /** Of the worst there is. A digest alone is no news: "ok". */
  readonly level: State;
}

/** UTF-8 bytes of what a job said last, and of what a receiver of a plugin wants somebody to know. */
const [SAID, NOTED] = [500, 2000];
/** Lines of notices, and hosts that one of them names. */
const [LINES, HOSTS] = [30, 5];

export function wording(parcel: Parcel): Wording {
  const { notices, more = 0, remarks = [], digest } = parcel;
  const [first, second] = notices;
  const only = first !== undefined && second === undefined ? details(first) : listed(notices);
  return {
    title: headline(parcel),
    text: [
      ...only,
      ...(more === 0 ? [] : [`and ${more} more, see sheepdog status`]),
      ...remarks.slice(0, LINES).map((remark) => line(remark, 500)),
      ...(digest === undefined ? [] : sections(digest).flat()),
    ].join("\n"),
    level: worst(notices),
  };
}

/** The same as a journal has it: a line a notice, with what it is sorted by. */
export function lines({
  notices,
  digest,
}: Parcel): readonly { readonly level: State; readonly text: string }[] {
  const all = digest === undefined ? [] : sections(digest).flat();
  return [
    ...notices.map((notice) => ({
      level: notice.level,
      text: `${brief(notice)} (${line(notice.bark.id, 64)})`,
    })),
    ...all.map((text) => ({ level: "ok" as const, text: text.trim() })),
  ];
}

const brief = (notice: Notice): string => headline({ id: "", to: "", time: "", notices: [notice] });

function details({ bark, kind, text, remarks = [] }: Notice): readonly string[] {
  const run = kind === "well" ? undefined : runOf(bark);
  const said = tail((run?.journal ?? (run?.stderr || run?.stdout) ?? "").trimEnd(), SAID).text;
  return [
    line(bark.summary, 500),
    ...(text === undefined ? [] : [printable(tail(text.trimEnd(), NOTED).text, "\n\t")]),
    ...(said.trim() === "" ? [] : [printable(said, "\n\t")]),
    ...remarks.slice(0, LINES).map((remark) => line(remark, 500)),
    `sheepdog show ${line(bark.id, 64)}`,
  ];
}

/** What is to be said of one tag is one line, on however many hosts. */
function listed(notices: readonly Notice[]): readonly string[] {
  const rows = grouped(ordered(notices)).flatMap(together);
  const left = rows.slice(LINES).reduce((sum, [, count]) => sum + count, 0);
  return [...rows.slice(0, LINES).map(([text]) => text), ...(left === 0 ? [] : [`and ${left} more`])];
}

/** @returns lines, each with how many notices it is about */
function together(group: Group): readonly (readonly [text: string, count: number])[] {
  const [first] = group;
  const hosts = hostsOf(group);
  if (hosts.length === 1) return group.map((notice) => [brief(notice), 1]);
  const what = [line(first.bark.tag, 60), `on ${hosts.length} hosts`, does(first)].filter(
    (word) => word !== "",
  );
  const named = hosts.slice(0, HOSTS).map((host) => line(host, 40));
  const others = hosts.length > HOSTS ? ` and ${hosts.length - HOSTS} more` : "";
  return [[`${what.join(" ")}: ${named.join(", ")}${others}`, group.length]];
}
