import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { printable } from "../printable.ts";
import { line } from "./clip.ts";
import { show } from "./command.ts";
import { sections } from "./digest.ts";
import { gist } from "./gist.ts";
import { moment } from "./moment.ts";
import { type Group, grouped, hostsOf } from "./order.ts";
import { within } from "./room.ts";
import { runOf } from "./run.ts";
import { stream, streams } from "./stream.ts";
import { besides, does, howLong, remarks, said } from "./words.ts";

/** By weight; with headers and breaks of lines a mail stays at about 256 KiB. */
const ROOM = 240 * 1024;
/** Hosts that a paragraph names, and notices that it lists. */
const LISTED = 50;
/** Notices whose output is shown, and UTF-8 bytes of each. */
const [HEARD, TAIL] = [5, 4096];
/** Sentences about the parcel, and about how its notices came to whoever reads. */
const REMARKS = 20;

/** Several notices (in their order) and the digest as the text of a mail: one paragraph for what is to be said of one
 * tag, on however many hosts, and the last words of the first few. */
export function bundle(parcel: Parcel): readonly string[] {
  const { time, notices, more = 0, digest } = parcel;
  const own = new Set(notices.flatMap(({ remarks = [] }) => remarks).map(sentence));
  const blocks: readonly (readonly string[])[] = [
    ...(notices.length === 0 ? [] : [[`${line(moment(time), 60)}: ${gist(notices, more).text}`]]),
    ...remarks(parcel)
      .slice(0, REMARKS)
      .map((remark) => [sentence(remark)]),
    ...grouped(notices).map(paragraph),
    ...[...own].slice(0, REMARKS).map((remark) => [remark]),
    ...(digest === undefined ? [] : sections(digest)),
    ...notices.filter(speaks).slice(0, HEARD).map(words),
  ];
  return within(
    blocks.flatMap((block, at) => (at === 0 ? block : ["", ...block])),
    ROOM,
  );
}

const sentence = (text: string): string => line(text, 500);

function paragraph(group: Group): readonly string[] {
  const [first] = group;
  const hosts = hostsOf(group);
  const verb = does(first);
  const tag = line(first.bark.tag, 100);
  const named = hosts.slice(0, LISTED).map((host) => line(host, 60));
  const many = hosts.length > 1;
  const others = hosts.length > LISTED ? ` and ${hosts.length - LISTED} more` : "";
  return [
    `${tag} on ${many ? `${hosts.length} hosts` : named.join()}${verb === "" ? "" : ` ${verb}`}:${many ? ` ${named.join(", ")}${others}` : ""}`,
    ...group
      .slice(0, LISTED)
      .map((notice) => `  ${many ? `${line(notice.bark.host, 60)}: ` : ""}${row(notice)}`),
    ...(group.length > LISTED ? [`  and ${group.length - LISTED} more: sheepdog list`] : []),
  ];
}

const row = (notice: Notice): string =>
  [`${line(said(notice), 200)}${besides(notice)}`, ...since(notice), printable(show(notice.bark.id))].join(
    "; ",
  );

function since(notice: Notice): readonly string[] {
  const { kind, level, bark, previous } = notice;
  const at = (text: string): string => line(moment(text, "minute"), 60);
  const span = howLong(notice);
  if (kind === "note") return [`at ${at(bark.time)}`];
  if (kind === "well") return [`since ${at(bark.time)}${span === undefined ? "" : `, after ${span}`}`];
  if (previous !== undefined && kind !== "bad")
    return [`since ${at(previous.since)}${span === undefined ? "" : `, for ${span}`}`];
  return level === "missing" ? [] : [`since ${at(bark.time)}`];
}

/** What it has to say besides its line, of any length. */
function speech({ kind, level, bark, text = "" }: Notice): readonly [name: string, text: string] | undefined {
  const run = kind === "well" || level === "missing" ? undefined : runOf(bark);
  const all = kind === "note" ? [["text", text] as const] : run === undefined ? [] : streams(run);
  return all.find(([, text]) => text.trim() !== "");
}

const speaks = (notice: Notice): boolean => speech(notice) !== undefined;

function words(notice: Notice): readonly string[] {
  const [name, text] = speech(notice) ?? ["", ""];
  return stream(`${line(notice.bark.tag, 60)} on ${line(notice.bark.host, 60)}, ${name}`, text, TAIL);
}
