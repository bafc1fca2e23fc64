import type { Notice } from "../notice.ts";
import { printable } from "../printable.ts";
import { between, epoch, formatSpan, seconds } from "../time.ts";
import { ending, runOf } from "./run.ts";

const LONGEST = 150;

/** One line that says it all on a locked screen: "[fail] BORG-ETC on penguin2: exit 2 after 12s".
 * At most 150 characters; nothing in it is obeyed by a header or a terminal. */
export function headline(notice: Notice): string {
  const { bark, kind, level } = notice;
  const head = `[${kind === "note" ? kind : level}] ${clip(line(bark.tag), 60)} on ${clip(line(bark.host), 40)}: `;
  const room = LONGEST - Array.from(head).length;
  return head + clip(line(said(notice)), room);
}

function said({ bark, kind, previous }: Notice): string {
  if (kind === "note") return bark.summary;
  return kind === "well" ? wellAgain(bark.time, previous?.since) : happened(bark);
}

/** What happened, in a few words; may hold anything that a bark holds. */
export function happened(bark: Notice["bark"]): string {
  const run = runOf(bark);
  if (run === undefined || bark.level === "ok") return bark.summary;
  const took =
    bark.elapsed === undefined || run.timeout !== null ? "" : ` after ${formatSpan(seconds(bark.elapsed))}`;
  return ending(run) + took;
}

function wellAgain(time: string, since: string | undefined): string {
  const from = Date.parse(since ?? "");
  const until = Date.parse(time);
  return from < until ? `well again after ${formatSpan(between(epoch(from), epoch(until)))}` : "well again";
}

const line = (text: string): string => printable(text).trim();

/** Shortens by whole code points. */
export function clip(text: string, length: number): string {
  const signs = Array.from(text);
  return signs.length <= length ? text : `${signs.slice(0, length - 1).join("")}…`;
}
