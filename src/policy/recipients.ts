import { isAddress } from "../address.ts";
import type { Bark, State } from "../bark.ts";
import { fits } from "../glob.ts";
import { printable } from "../printable.ts";
import type { Epoch } from "../time.ts";
import { directed, type Way } from "./way.ts";

/** Who is told of a bark, and what they should know about why it is they. */
export interface Recipients {
  /** Nobody twice, in the order in which they were named. */
  readonly to: readonly string[];
  readonly remarks: readonly string[];
}

/** Whom the configuration names, and whom a bark may. */
export interface Addressing {
  readonly to?: readonly string[] | undefined;
  readonly allow: readonly string[];
}

/** By which prefix a recipient is no address but one of [receivers]. */
export const NOTIFY = "notify:";
const MAIL: readonly string[] = ["mail"];

/** Whom rules name, and what they say that is no address. */
export interface Ruled {
  readonly to: readonly string[];
  readonly odd: readonly string[];
}

/** All who are told of a trouble: by mail, and by whatever else the routes say. Empty where they say nothing is to be
 * told.
 * @param how.ruled  asks the rules whom to tell by mail, before the routes; undefined where there are none */
export function audience(
  bark: Pick<Bark, "mailto" | "user">,
  level: State,
  {
    mail,
    way,
    now,
    ruled,
  }: {
    readonly mail: Addressing;
    readonly way: Way;
    readonly now: Epoch;
    readonly ruled?: (() => Ruled) | undefined;
  },
): Recipients {
  const { to, by = MAIL } = directed(way, level, now);
  const others = by.filter((name) => name !== "mail").map((name) => `${NOTIFY}${name}`);
  if (!by.includes("mail")) return { to: others, remarks: [] };
  const mailed = recipients(bark, to === undefined ? mail : { ...mail, to }, ruled);
  return { ...mailed, to: [...mailed.to, ...others] };
}

/** Those whom the bark names, as far as `mail.allow` lets it; else whom rules name; else `mail.to`; else the user whose
 * job it was, as cron does; else root, as for what Sheepdog's own users bark. Where an address is refused the others
 * are told together with those of the second kind: somebody has to hear of it, and of the refusal. Never empty. */
export function recipients(
  bark: Pick<Bark, "mailto" | "user">,
  mail: Addressing,
  ruled?: () => Ruled,
): Recipients {
  const named = bark.mailto ?? [];
  const kept = named.filter((one) => isAddress(one) && mail.allow.some((pattern) => fits(pattern, one)));
  const refused = named.filter((one) => !kept.includes(one));
  if (kept.length > 0 && refused.length === 0) return { to: once(kept), remarks: [] };
  const { to = [], odd = [] } = ruled?.() ?? {};
  const others = to.length > 0 ? to : fallback(bark.user, mail.to);
  return {
    to: once([...kept, ...others]),
    remarks: [
      ...(refused.length === 0 ? [] : [remark(refused, others)]),
      ...(odd.length === 0 ? [] : [`A rule says to tell ${quoted(odd)}; that is no address.`]),
    ],
  };
}

function fallback(user: string | undefined, to: readonly string[] | undefined): readonly string[] {
  if (to !== undefined && to.length > 0) return to;
  return [user !== undefined && LOGIN.test(user) && !OURS.test(user) ? user : "root"];
}
const LOGIN = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/;
/** The users of Sheepdog's units (systemd/sysusers.conf): nobody reads what is mailed to them. */
const OURS = /^sheepdog(-|$)/;

/** Mail servers do not mind case in practice, and nobody wants the same mail twice. */
function once(all: readonly string[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const one of all) if (!seen.has(one.toLowerCase())) seen.set(one.toLowerCase(), one);
  return [...seen.values()];
}

const remark = (refused: readonly string[], instead: readonly string[]): string =>
  `The bark asked to tell ${quoted(refused)}; that is no address or not in \`mail.allow\`, so ${instead.join(", ")} is told.`;

const NAMED = 3;
function quoted(all: readonly string[]): string {
  const shown = all.slice(0, NAMED).map((one) => `"${printable(one.slice(0, 80))}"`);
  return `${shown.join(", ")}${all.length > NAMED ? ` and ${all.length - NAMED} more` : ""}`;
}
