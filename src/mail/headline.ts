import type { Notice } from "../notice.ts";
import type { Parcel } from "../parcel.ts";
import { clip, line } from "./clip.ts";
import { tally } from "./digest.ts";
import { gist } from "./gist.ts";
import { ordered } from "./order.ts";
import { FLAPS, howLong, said } from "./words.ts";

const LONGEST = 150;

/** One line that says it all on a locked screen: "[fail] BORG-ETC on penguin2: exit 2 after 12s", "[fail] 12 troubles on
 * 5 hosts, 3 well again", "[digest] 3 open". At most 150 characters; nothing in it is obeyed by a header or a
 * terminal. */
export function headline({ notices, more = 0, digest }: Parcel): string {
  const [only, second] = notices;
  if (only === undefined) return clip(`[digest] ${digest === undefined ? "" : tally(digest)}`, LONGEST);
  if (second === undefined) return ofOne(only);
  const { label, text, which } = gist(ordered(notices), more);
  return filled(`[${label}] ${text}`, which);
}

function ofOne(notice: Notice): string {
  const { bark, kind, level } = notice;
  const label = kind === "note" || kind === "flapping" ? kind : level;
  return filled(`[${label}] ${line(bark.tag, 60)} on ${line(bark.host, 40)}`, words(notice));
}

function words(notice: Notice): string {
  const { kind, level } = notice;
  const span = howLong(notice);
  switch (kind) {
    case "well":
      return span === undefined ? "well again" : `well again after ${span}`;
    case "flapping":
      return `${FLAPS}, now ${level}`;
    case "reminder":
      return `still${span === undefined ? "" : `, for ${span}`}: ${news(notice)}`;
    case "bad":
    case "worse":
    case "note":
      return news(notice);
  }
  return kind satisfies never;
}

const news = (notice: Notice): string =>
  notice.level === "missing" && notice.kind !== "note" ? `did not come, ${said(notice)}` : said(notice);

/** As much after a colon as there is room for. */
function filled(head: string, rest: string): string {
  const room = LONGEST - Array.from(head).length - 2;
  return rest === "" || room < 2 ? clip(head, LONGEST) : `${head}: ${line(rest, room)}`;
}
