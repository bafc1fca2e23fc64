import type { Notice } from "../notice.ts";
import { line } from "./clip.ts";
import { hostsOf, worst } from "./order.ts";
import { said } from "./words.ts";

/** What several notices come to. */
export interface Gist {
  /** What is the worst of it: "fail". */
  readonly label: string;
  /** "DISK on 37 hosts", "12 troubles on 5 hosts, 3 well again" */
  readonly text: string;
  /** What all of it says, or which it is; of any length. */
  readonly which: string;
}

/** @param notices  one at least
 * @param more  how many there are besides */
export function gist(notices: readonly Notice[], more: number): Gist {
  const of = (...kinds: readonly Notice["kind"][]): readonly Notice[] =>
    notices.filter(({ kind }) => kinds.includes(kind));
  const troubles = of("bad", "worse", "reminder", "flapping");
  const [notes, wells] = [of("note"), of("well")];
  const first = [troubles, notes, wells].find(({ length }) => length > 0) ?? [];
  const parts = [
    ...(first === troubles ? [`${still(troubles)}${what(troubles, "troubles")}`] : []),
    ...(first === notes ? [what(notes, "notes")] : counted(notes, notes.length === 1 ? "note" : "notes")),
    ...(first === wells ? [what(wells, "well again")] : counted(wells, "well again")),
    ...(more === 0 ? [] : [`${more} more`]),
  ];
  return { label: label(first), text: parts.join(", "), which: which(first) };
}

const counted = ({ length }: readonly Notice[], words: string): readonly string[] =>
  length === 0 ? [] : [`${length} ${words}`];

const all = (notices: readonly Notice[], kind: Notice["kind"]): boolean =>
  notices.every((notice) => notice.kind === kind);

const still = (notices: readonly Notice[]): string => (all(notices, "reminder") ? "still " : "");

function label(notices: readonly Notice[]): string {
  if (all(notices, "note")) return "note";
  return all(notices, "flapping") ? "flapping" : worst(notices.filter(({ kind }) => kind !== "flapping"));
}

function what(notices: readonly Notice[], words: string): string {
  const [host = "", ...others] = hostsOf(notices);
  const [tag = "", ...rest] = tagsOf(notices);
  const where = others.length === 0 ? line(host, 40) : `${others.length + 1} hosts`;
  if (rest.length > 0) return `${notices.length} ${words} on ${where}`;
  return `${line(tag, 60)} on ${where}${all(notices, "well") ? " well again" : ""}`;
}

function which(notices: readonly Notice[]): string {
  const tags = tagsOf(notices);
  if (tags.length > 1) return tags.join(", ");
  const hosts = hostsOf(notices);
  const [words = "", ...others] = new Set(notices.map(said));
  if (words !== "" && others.length === 0 && !all(notices, "well")) return words;
  return hosts.length > 1 ? hosts.join(", ") : "";
}

const tagsOf = (notices: readonly Notice[]): readonly string[] => [
  ...new Set(notices.map(({ bark }) => bark.tag)),
];
